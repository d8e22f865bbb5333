import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rowsOf, scanSorts } from '../contract/support.ts';
import { type OpenRows, openRows } from './rows.ts';

const mebibyte = 2 ** 20;

describe('on a disk that fills up', () => {
  let folder: string;
  let rows: OpenRows;
  let space: { freeBytes: number; totalBytes: number };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-rows-'));
    space = { freeBytes: 50_000 * mebibyte, totalBytes: 100_000 * mebibyte };
    rows = openRows(folder, { measure: () => space });
    await rows.append(rowsOf('p', ['a', 'b']));
  });
  afterEach(async () => {
    await rows.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const full = {
    name: 'DaybookError',
    fault: 'unavailable',
    message: expect.stringMatching(/^the disk is full: /),
  };
  const freeNow = async (mebibytes: number) => {
    space = { ...space, freeBytes: mebibytes * mebibyte };
    await turn();
  };
  const hit = () => rows.append(rowsOf('p', ['c']));
  const others = (): Record<string, () => Promise<unknown>> => ({
    putIf: async () =>
      rows.putIf({ partition: 'p', sort: 'a', value: '1' }, await rows.get('p', 'a')),
    add: () => rows.add({ partition: 'q', sort: 'b' }, { a: 1 }),
    remove: () => rows.remove([{ partition: 'p', sort: 'b' }]),
  });

  test('hits are refused below 32 MiB, and taken again as soon as there is room', async () => {
    await freeNow(31);
    await expect(hit()).rejects.toMatchObject(full);
    await freeNow(33);
    await hit();
    expect(await scanSorts(rows, 'p')).toEqual(['a', 'b', 'c']);
  });

  test('all else goes on down to 8 MiB', async () => {
    await freeNow(9);
    await expect(hit()).rejects.toMatchObject(full);
    for (const write of Object.values(others())) await write();
    await freeNow(7);
    for (const write of Object.values(others())) await expect(write()).rejects.toMatchObject(full);
  });

  test('reading never stops', async () => {
    await freeNow(0);
    expect(await scanSorts(rows, 'p')).toEqual(['a', 'b']);
    expect(await rows.get('p', 'a')).toBe('{"sort":"a"}');
  });

  test('a small disk keeps a twentieth of itself', async () => {
    space = { freeBytes: 4 * mebibyte, totalBytes: 100 * mebibyte };
    await turn();
    await expect(hit()).rejects.toMatchObject(full);
    await freeNow(6);
    await hit();
  });

  test('rows larger than the room that is left are refused, one by one and together', async () => {
    await freeNow(40);
    const value = JSON.stringify('x'.repeat(mebibyte));
    const big = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ partition: 'big', sort: String(at), value }));
    await expect(rows.append(big(20))).rejects.toMatchObject(full);
    const stored = await Promise.allSettled(big(5).map((row) => rows.append([row])));
    expect(stored.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
  });
});
