import { expect, test } from 'vitest';
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
