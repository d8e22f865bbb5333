import { expect, test } from 'vitest';
import type { Day } from '../../lib/site-days.ts';
import { withErasing } from './erasing.ts';

const closedDay = { closed: { hits: 400_000 } };
const held = {
  closed: new Map([
    ['2026-03-01', closedDay],
    ['2026-03-04', closedDay],
  ]),
};
const answer = { results: [], meta: { total_rows: 1 }, query: {} };
type Args = Parameters<typeof withErasing>;
const erasing = (days: readonly Day[], compared?: readonly Day[]) => {
  const planOf = (some: readonly Day[]) => ({ days: some.map((day) => ({ day })) });
  const planned = { plan: planOf(days), ...(compared && { compared: planOf(compared) }) };
  const waiting = { held, waiting: ['2026-03-01', '2026-03-04'] };
  return withErasing(answer, planned as unknown as Args[1], waiting as unknown as Args[2]).meta;
};

test('an answer of days that still count erased hits says so, and for how long', () => {
  expect(erasing(['2026-03-01', '2026-03-02'], ['2026-03-04'])).toEqual({
    total_rows: 1,
    erasing: {
      days: 2,
      seconds: 13,
      warning:
        'An erasure goes on: 2 days from 2026-03-01 to 2026-03-04 still count hits that are ' +
        'erased. They are made again without them in about 13 seconds.',
    },
  });
});

test('an answer of other days says nothing of it', () => {
  expect(erasing(['2026-03-02'])).toEqual({ total_rows: 1 });
});
