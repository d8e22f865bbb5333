import { expect, test } from 'vitest';
import type { Answer } from '../api/types.ts';
import { warningsOf } from './warnings.ts';

const answer = (metric_warnings?: Answer['meta']['metric_warnings']): Answer => ({
  results: [],
  meta: metric_warnings === undefined ? {} : { metric_warnings },
  query: { date_range: ['2026-11-01', '2026-11-30'] },
});

test('a warning of several answers is shown once, in their order', () => {
  const kept = { warning: 'The hits of 3 days are no longer kept.' };
  const other = { warning: 'The hits of 4 days are no longer kept.' };
  const answers = [
    answer(),
    undefined,
    answer({ visitors: kept, visits: kept }),
    answer({ visits: other }),
  ];
  expect(warningsOf(answers)).toEqual([kept.warning, other.warning]);
});

test('without warnings nothing is shown', () => {
  expect(warningsOf([answer(), undefined])).toEqual([]);
});

test('an erasure that goes on is said once, before what metrics leave out', () => {
  const kept = { warning: 'The hits of 3 days are no longer kept.' };
  const erasing = { warning: 'An erasure goes on.' };
  const both = {
    ...answer({ visits: kept }),
    meta: { metric_warnings: { visits: kept }, erasing },
  };
  expect(warningsOf([both, both])).toEqual([erasing.warning, kept.warning]);
});
