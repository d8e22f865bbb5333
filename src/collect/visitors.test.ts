import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Salts } from '../home/home.ts';
import { hourMs } from '../lib/clock.ts';
import { openVisitors, type Visitors } from './visitors.ts';

const endMs = Date.parse('2026-11-23T00:00:00Z');
const bounds = { day: '2026-11-22', startMs: endMs - 24 * hourMs, endMs };
const traits = { address: '192.0.2.1', userAgent: 'Firefox' };

type Kept = { readonly salt: Buffer; readonly destroyAtMs: number };

let kept: Map<string, Kept>;
let visitors: Visitors;

beforeEach(() => {
  kept = new Map();
  const salts: Salts = {
    async getOrKeep(siteId, day, make) {
      const made = kept.get(`${siteId}/${day}`) ?? make();
      kept.set(`${siteId}/${day}`, made);
      // A home gives a copy: what is forgotten in memory is still kept there.
      return Buffer.from(made.salt);
    },
    destroyDue: async () => 0,
    destroySite: async () => {},
  };
  visitors = openVisitors(salts, randomBytes);
});

const identify = (nowMs: number, siteId = 'a') => visitors.identify(siteId, bounds, traits, nowMs);

describe('a salt is to be destroyed', () => {
  test.each([
    ['48 hours after the end of its day', endMs - hourMs, endMs + 48 * hourMs],
    ['48 hours after it was made, if that was later', endMs + hourMs, endMs + 49 * hourMs],
  ])('%s', async (_, nowMs, destroyAtMs) => {
    await identify(nowMs);
    expect([...kept.values()].map((one) => one.destroyAtMs)).toEqual([destroyAtMs]);
  });
});

test('a salt is forgotten in memory when its life has ended, and not before', async () => {
  const before = await identify(endMs - hourMs);
  kept.clear();
  visitors.forget(endMs + 48 * hourMs - 1);
  expect(await identify(endMs)).toBe(before);
  expect(kept.size).toBe(0);
  visitors.forget(endMs + 48 * hourMs);
  expect(await identify(endMs)).not.toBe(before);
  expect(kept.size).toBe(1);
});

test('many first hits of a day ask for one salt, and are one visitor; sites have their own', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => identify(endMs - hourMs)));
  expect(new Set(ids).size).toBe(1);
  expect(await identify(endMs - hourMs, 'b')).not.toBe(ids[0]);
  expect([...kept.keys()]).toEqual(['a/2026-11-22', 'b/2026-11-22']);
});
