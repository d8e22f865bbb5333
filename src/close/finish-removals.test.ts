import { beforeEach, describe, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { countPartition } from '../journal/keys.ts';
import { dayMs, minuteMs } from '../lib/clock.ts';
import { finishRemovals } from './remove-site.ts';

const siteId = 'gone00000000';
const atMs = Date.parse('2026-03-10T12:00:00Z');
const destroyMs = atMs + dayMs;

let home: Home;
let nowMs: number;

beforeEach(async () => {
  nowMs = destroyMs;
  const memory = openMemoryHome();
  home = { ...memory, files: { ...memory.files, list: async () => [] } };
  await home.rows.append([
    { partition: 'removed', sort: siteId, value: JSON.stringify({ atMs, destroyMs }) },
    { partition: countPartition(siteId), sort: '2026-03-10', value: '{"stored":1}' },
  ]);
});

/** Whether the site is gone is answered in turn; the last answer stands. */
const finish = (...isGone: boolean[]) =>
  finishRemovals({ home, clock: () => nowMs }, async () =>
    isGone.length > 1 ? isGone.shift()! : isGone[0]!,
  );
const holds = async () => (await home.rows.count(countPartition(siteId))) > 0;
const isMarked = async () => (await home.rows.count('removed')) > 0;

describe('what a removed site has left', () => {
  test('stays until its time, and is then destroyed; the mark stays a day more', async () => {
    nowMs = destroyMs - 1;
    await finish(true);
    expect([await holds(), await isMarked()]).toEqual([true, true]);
    nowMs = destroyMs;
    await finish(true);
    expect([await holds(), await isMarked()]).toEqual([false, true]);
    nowMs = destroyMs + dayMs;
    await finish(true);
    expect(await isMarked()).toBe(false);
  });

  test('stays where the site is taken back just when it is to be destroyed', async () => {
    await finish(true, false);
    expect(await holds()).toBe(true);
    await finish(false);
    expect([await holds(), await isMarked()]).toEqual([true, false]);
  });

  test('stays where the removal was cut before the site went; its mark goes', async () => {
    nowMs = atMs + minuteMs - 1;
    await finish(false);
    expect(await isMarked()).toBe(true);
    nowMs++;
    await finish(false);
    expect([await holds(), await isMarked()]).toEqual([true, false]);
  });

  test('goes where a removal that was cut is finished', async () => {
    const value = JSON.stringify({ atMs, destroyMs, destroying: true });
    await home.rows.append([{ partition: 'removed', sort: siteId, value }]);
    await finish(true);
    expect(await holds()).toBe(false);
  });
});
