import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Salts } from '../home/home.ts';
import { openVisitors } from './visitors.ts';

const bounds = {
  day: '2026-11-22',
  startMs: Date.parse('2026-11-22T00:00:00Z'),
  endMs: Date.parse('2026-11-23T00:00:00Z'),
};
const hourMs = 3_600_000;
const traits = { address: '192.0.2.7', userAgent: 'Firefox' };

/** Keeps nothing: each time it is asked, a new salt is made. Says until when each is to live. */
function openAskedSalts() {
  const asked: number[] = [];
  const salts = {
    async getOrKeep(_: string, __: string, make: () => { salt: Buffer; destroyAtMs: number }) {
      const { salt, destroyAtMs } = make();
      asked.push(destroyAtMs);
      return salt;
    },
  } as unknown as Salts;
  return { asked, visitors: openVisitors(salts, randomBytes) };
}

// The number is written out: it is a promise, whatever the program calls it.
describe('a salt is destroyed 48 hours after its day', () => {
  test.each([
    ['made while its day runs', bounds.endMs - hourMs, bounds.endMs + 48 * hourMs],
    ['made when its day begins', bounds.startMs, bounds.endMs + 48 * hourMs],
    ['made for a late hit', bounds.endMs + 5 * hourMs, bounds.endMs + 53 * hourMs],
  ])('%s', async (_, nowMs, destroyedMs) => {
    const { asked, visitors } = openAskedSalts();
    await visitors.identify('site', bounds, traits, nowMs);
    expect(asked).toEqual([destroyedMs]);
  });

  test('and is forgotten by then, not before', async () => {
    const { asked, visitors } = openAskedSalts();
    const identify = () => visitors.identify('site', bounds, traits, bounds.endMs - 1);
    const visitor = await identify();
    visitors.forget(bounds.endMs + 48 * hourMs - 1);
    expect([await identify(), asked.length]).toEqual([visitor, 1]);
    visitors.forget(bounds.endMs + 48 * hourMs);
    expect([(await identify()) === visitor, asked.length]).toEqual([false, 2]);
  });
});
