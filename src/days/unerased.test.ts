import { expect, test } from 'vitest';
import type { KeptErasure } from '../journal/erasures.ts';
import { type ClosedDay, emptyMonth } from '../ledger/manifest.ts';
import { addDays, type Day, zonesFrom } from '../lib/site-days.ts';
import { heldDays } from './held-days.ts';
import { erasingOf, withinBounds } from './unerased.ts';

const first = '2026-01-01';
const dayOf = (nth: number) => addDays(first, nth);
const erasure: KeptErasure = { key: 'x', madeMs: Date.parse('2026-12-01'), pages: ['/secret'] };

/** Closed days of so many hits each, of which those in `known` know the erasure. */
function held(hits: readonly number[], { known = [], late = [] }: { [of: string]: number[] } = {}) {
  const closed = hits.map((count, nth) => {
    const day: ClosedDay = {
      ...{ hits: count, visits: 1, taken: count, duplicates: 0, erased: 0, journalRows: 0 },
      ...{ closedMs: 0, erasures: known.includes(nth) ? 1 : 0 },
    };
    const month = { month: dayOf(nth).slice(0, 7), text: undefined, content: emptyMonth };
    return [dayOf(nth), { closed: day, set: undefined, month }] as const;
  });
  const days = closed.map(([day]) => day);
  const listed = { days, own: new Set<Day>(), late: new Set(late.map(dayOf)) };
  const all = { ...listed, closed: new Map(closed), packs: new Map() };
  return heldDays(all, { zones: zonesFrom('UTC', 0) }, [erasure]);
}

const most = { days: 3, hits: 100 };
const nth = (days: Iterable<Day>) => [...days].sort();

test.each<[string, Parameters<typeof held>, number[], number[]]>([
  ['few days are all read from hits', [[1, 1, 1]], [0, 1, 2], []],
  ['of more, the newest are', [[1, 1, 1, 1, 1]], [2, 3, 4], [0, 1]],
  ['of large ones, so many hits', [[60, 60, 60]], [2], [0, 1]],
  ['a single one, however large', [[1, 500]], [1], [0]],
  ['days that know the erasure are not meant', [[1, 1, 1, 1], { known: [1] }], [0, 2, 3], []],
  ['days with late rows are read in any case', [[1, 1, 1, 1], { late: [0] }], [0, 1, 2, 3], []],
])('%s', (_, asked, read, left) => {
  const { held: within, waiting } = withinBounds(held(...asked), most);
  expect(nth(within.unerased)).toEqual(read.map(dayOf));
  expect(waiting).toEqual(left.map(dayOf));
});

test('how long it takes grows with days and with hits', () => {
  const days = held([1_000_000, 1, 1]);
  expect(erasingOf([dayOf(1)], days).seconds).toBe(1);
  expect(erasingOf([dayOf(0)], days).seconds).toBeGreaterThan(10);
  expect(erasingOf([], days)).toEqual({ days: [], seconds: 0 });
});
