import { describe, expect, test } from 'vitest';
import { hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { hourMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import { lastTakenBackMs, takeBackMs } from '../model/times.ts';
import {
  changesOf,
  erasuresOf,
  isErasedBy,
  keepErasure,
  readErasures,
  settleErasure,
  takeBackErasure,
  touching,
} from './erasures.ts';

const madeMs = Date.parse('2026-11-22T12:00:00Z');
const all: Erasure = { madeMs, destroyMs: madeMs + takeBackMs };
const hit = hitOf({ time: madeMs - hourMs, page: '/a/b', props: { plan: 'pro', none: '' } });
const erases = (more: Partial<Erasure>, time = hit.time) =>
  isErasedBy([{ ...all, ...more }])({ ...hit, time });

describe('a hit is erased', () => {
  test.each<[string, Partial<Erasure>, number, boolean]>([
    ['that came at the moment the erasure was made', {}, madeMs, true],
    ['not one that came after', {}, madeMs + 1, false],
    ['from its first instant on', { fromMs: hit.time }, hit.time, true],
    ['not before', { fromMs: hit.time }, hit.time - 1, false],
    ['up to its end', { toMs: hit.time + 1 }, hit.time, true],
    ['not at its end', { toMs: hit.time }, hit.time, false],
    ['of one of its pages', { pages: ['/x', '/a/*'] }, hit.time, true],
    ['not of another page', { pages: ['/x', '/a'] }, hit.time, false],
    ['of one of these visitors', { visitors: ['0', hit.visitor] }, hit.time, true],
    ['not of another visitor', { visitors: ['0'] }, hit.time, false],
    ['of its host name', { hostname: 'example.com' }, hit.time, true],
    ['not of another', { hostname: 'www.example.com' }, hit.time, false],
    ['with its property', { prop: { name: 'plan' } }, hit.time, true],
    ['with its property, though empty', { prop: { name: 'none', value: '' } }, hit.time, true],
    ['with its value', { prop: { name: 'plan', value: 'pro' } }, hit.time, true],
    ['not with another value', { prop: { name: 'plan', value: 'free' } }, hit.time, false],
    ['not without the property', { prop: { name: 'toString' } }, hit.time, false],
    ['not where one condition fails', { pages: ['/**'], hostname: 'x.test' }, hit.time, false],
    ['not by one that was taken back', { takenBackMs: madeMs }, hit.time, false],
  ])('%s', (_, more, time, expected) => expect(erases(more, time)).toBe(expected));

  test('by any of several', () => {
    const several = [
      { ...all, pages: ['/x'] },
      { ...all, pages: ['/a/b'] },
    ];
    expect(isErasedBy(several)(hit)).toBe(true);
    expect(isErasedBy([])(hit)).toBe(false);
  });
});

describe('an erasure concerns a day', () => {
  const zones = zonesFrom('UTC', 0);
  const startMs = Date.parse('2026-11-22T00:00:00Z');
  const endMs = Date.parse('2026-11-23T00:00:00Z');
  test.each<[string, Partial<Erasure>, boolean]>([
    ['that began when it was made', { madeMs: startMs }, true],
    ['not one that begins later', { madeMs: startMs - 1 }, false],
    ['that its time ends in', { madeMs: endMs, toMs: startMs + 1 }, true],
    ['not one that its time ends before', { madeMs: endMs, toMs: startMs }, false],
    ['that its time begins in', { madeMs: endMs, fromMs: endMs - 1 }, true],
    ['not one that its time begins after', { madeMs: endMs, fromMs: endMs }, false],
  ])('%s', (_, more, expected) =>
    expect(touching([{ ...all, ...more }], zones, '2026-11-22')).toHaveLength(expected ? 1 : 0),
  );

  test('also where it was taken back, but then it erases nothing', () => {
    const back = [{ ...all, takenBackMs: madeMs }];
    expect(touching(back, zones, '2026-11-22')).toHaveLength(1);
    expect(erasuresOf(back, zones, '2026-11-22')).toEqual([]);
    expect(changesOf([all, ...back])).toBe(3);
  });
});

describe('an erasure that is kept', () => {
  async function open() {
    const home = openMemoryHome();
    const key = await keepErasure(home, 'site', all, 'id');
    const read = async () => (await readErasures(home, 'site'))[0]!;
    return { home, key, read };
  }

  test('can be taken back once, until shortly before it is destroyed', async () => {
    const { home, key, read } = await open();
    const lastMs = lastTakenBackMs(all.destroyMs!);
    expect(await takeBackErasure(home, 'site', { key }, lastMs)).toBe(false);
    expect(await read()).toEqual({ ...all, key });
    expect(await takeBackErasure(home, 'site', { key }, lastMs - 1)).toBe(true);
    expect(await takeBackErasure(home, 'site', { key }, lastMs + hourMs)).toBe(true);
    expect(await read()).toEqual({ ...all, takenBackMs: lastMs - 1, key });
    expect(await takeBackErasure(home, 'site', { key: 'other' }, madeMs)).toBe(false);
  });

  test('is not settled by who has not seen that it was taken back', async () => {
    const { home, key, read } = await open();
    const before = await read();
    await takeBackErasure(home, 'site', { key }, madeMs + 1);
    await settleErasure(home, 'site', before);
    expect(await read()).not.toHaveProperty('settled');
    await settleErasure(home, 'site', await read());
    expect(await read()).toMatchObject({ settled: true, takenBackMs: madeMs + 1 });
  });

  test('that was settled is no longer so when it is taken back', async () => {
    const { home, key, read } = await open();
    await settleErasure(home, 'site', await read());
    await takeBackErasure(home, 'site', { key }, madeMs + 1);
    expect(await read()).toEqual({ ...all, takenBackMs: madeMs + 1, key });
  });
});
