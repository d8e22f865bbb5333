import { expect, test } from 'vitest';
import { hourMs } from '../../lib/clock.ts';
import { usualThresholds as usual } from '../subscription.ts';
import { type Alert, type Hour, judges, type Seen } from './judge.ts';

const fromMs = Date.parse('2026-11-23T13:00:00Z');

const counts = (visitors: number, notFound = 0) => ({ visitors, pageviews: visitors, notFound });

const hour = (visitors: number, before: readonly number[], notFound = 0): Hour => ({
  ...{ fromMs, untilMs: fromMs + hourMs, counts: counts(visitors, notFound) },
  before: before.map((n) => counts(n)),
});

const quiet = { ...hour(0, []), fromMs: fromMs + hourMs, untilMs: fromMs + hourMs + 60_000 };

const seen = (whole: Hour, running: Hour = quiet): Seen => ({
  ...{ whole, running },
  today: { fromMs, goals: [{ id: '1', name: 'Signup', reached: 3 }] },
});

const found = (what: Alert, given: Seen, limits = usual) => judges[what](given, limits).length;

test.each<[string, Alert, Seen, number]>([
  ['three times the median', 'spike', seen(hour(300, [100, 90, 100, 500])), 1],
  ['less than that', 'spike', seen(hour(299, [100, 90, 100, 500])), 0],
  ['few are no spike', 'spike', seen(hour(29, [1, 1, 1, 1])), 0],
  ['nothing usual is known', 'spike', seen(hour(900, [10])), 0],
  ['from nothing', 'spike', seen(hour(30, [0, 0])), 1],
  ['half of it are a usual hour', 'drop', seen(hour(50, [100, 100])), 0],
  ['sixty per cent less', 'drop', seen(hour(40, [100, 100])), 1],
  ['small sites have no drop', 'drop', seen(hour(0, [29, 29, 29, 29])), 0],
  ['always hits, now none', 'silence', seen(hour(0, [1, 2, 1, 9])), 1],
  ['one week had none either', 'silence', seen(hour(0, [1, 0, 1, 9])), 0],
  ['three weeks are not always', 'silence', seen(hour(0, [1, 2, 1])), 0],
  ['one hit', 'silence', seen(hour(1, [1, 2, 1, 9])), 0],
  ['pages not found', 'not-found', seen(hour(1, [1, 1], 30)), 1],
  ['a few of them', 'not-found', seen(hour(1, [1, 1], 29)), 0],
])('%s: %s', (_, what, given, times) => expect(found(what, given)).toBe(times));

test('a spike need not wait for the end of its hour, and is told of once', () => {
  const running = { ...quiet, counts: counts(400), before: [counts(100), counts(100)] };
  const [fact, ...others] = judges.spike(seen(hour(500, [100, 100]), running), usual);
  expect(fact).toMatchObject({ value: 400, usual: 100, isRunning: true });
  expect(others).toEqual([]);
});

test('a goal, so often a day, and no other than the one that is meant', () => {
  expect(found('goal', seen(hour(0, [])))).toBe(1);
  expect(found('goal', seen(hour(0, [])), { ...usual, reached: 4 })).toBe(0);
  expect(found('goal', seen(hour(0, [])), { ...usual, goalId: '2' })).toBe(0);
});

test('silence of several hours is of these hours alone', () => {
  const last = new Map([[3, hour(0, [1, 1, 1, 1])]]);
  const given = { ...seen(hour(0, [0, 0, 0, 0])), last };
  expect(found('silence', given)).toBe(0);
  expect(found('silence', given, { ...usual, silentHours: 3 })).toBe(1);
  expect(found('silence', given, { ...usual, silentHours: 2 })).toBe(0);
});
