import { expect, test } from 'vitest';
import { gapsOf } from './gaps.ts';

const days = ['2026-11-20', '2026-11-21', '2026-11-22'];

const spans = (from: string, to: string) =>
  gapsOf({ down: [{ from, to }], short_days: [] }, days, '2026-11-22', 'Europe/Berlin').map(
    ({ index, lastIndex }) => [index, lastIndex],
  );

test.each([
  ['within a day', '2026-11-21T10:00:00Z', '2026-11-21T12:00:00Z', [[1, 1]]],
  ['over midnight, as the site has it', '2026-11-20T22:00:00Z', '2026-11-20T23:30:00Z', [[0, 1]]],
  ['from before the first day', '2026-11-01T10:00:00Z', '2026-11-20T12:00:00Z', [[0, 0]]],
  ['until after the last day', '2026-11-22T10:00:00Z', '2026-12-20T12:00:00Z', [[2, 2]]],
  ['longer than all of it', '2026-11-01T10:00:00Z', '2026-12-20T12:00:00Z', [[0, 2]]],
  ['before it', '2026-11-01T10:00:00Z', '2026-11-19T12:00:00Z', []],
  ['after it', '2026-11-23T10:00:00Z', '2026-11-23T12:00:00Z', []],
])('a time without a server, %s', (_, from, to, expected) => {
  expect(spans(from, to)).toEqual(expected);
});

test('a day whose books lack hits says how many', () => {
  const short = { date: '2026-11-21', stored: 12, rows: 10 };
  const [gap] = gapsOf({ down: [], short_days: [short] }, days, '2026-11-22', 'UTC');
  expect(gap).toMatchObject({ index: 1, lastIndex: 1, text: expect.stringContaining('2') });
});
