import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openAppender } from './append.ts';
import { openArrivals } from './arrivals.ts';

test('what is settled ends before the earliest hit under way', () => {
  let nowMs = 100;
  const arrivals = openArrivals(() => nowMs);
  expect(arrivals.settledMs()).toBe(100);
  const first = arrivals.begin();
  nowMs = 105;
  const [second, twin] = [arrivals.begin(), arrivals.begin()];
  nowMs = 110;
  expect([first, second, twin, arrivals.settledMs()]).toEqual([100, 105, 105, 100]);
  arrivals.end(first);
  expect(arrivals.settledMs()).toBe(105);
  arrivals.end(second);
  expect(arrivals.settledMs()).toBe(105);
  arrivals.end(twin);
  expect(arrivals.settledMs()).toBe(110);
});

test('a clock set back moves neither stamps nor what is settled', () => {
  let nowMs = 1_000;
  const arrivals = openArrivals(() => nowMs);
  expect(arrivals.settledMs()).toBe(1_000);
  nowMs = 400;
  expect(arrivals.begin()).toBe(1_000);
  expect(arrivals.settledMs()).toBe(1_000);
});

test('an append that was given up holds its stamp until the store has answered', async () => {
  const home = openMemoryHome();
  let store = () => {};
  const rows = { ...home.rows, append: () => new Promise<void>((resolve) => (store = resolve)) };
  let nowMs = 100;
  const arrivals = openArrivals(() => nowMs);
  const appender = openAppender({ ...home, rows }, { timeoutMs: 10, arrivals });
  const receivedAtMs = arrivals.begin();
  const entry = {
    siteId: 'site',
    day: '2026-11-22',
    late: false,
    receivedAtMs,
    id: '0'.repeat(16),
    hit: '{}',
  };
  await expect(appender.append([entry])).rejects.toMatchObject({ fault: 'unavailable' });
  arrivals.end(receivedAtMs);
  nowMs = 200;
  expect(arrivals.settledMs()).toBe(100);
  store();
  await expect.poll(() => arrivals.settledMs()).toBe(200);
});
