import { expect, test } from 'vitest';
import { notesOf } from './notes.ts';

const days = ['2026-11-09', '2026-11-10', '2026-11-11'];
const hours = ['2026-11-10 00:00:00', '2026-11-10 01:00:00'];
const note = (date: string) => ({ id: '1', date, text: date });

test.each([
  ['a day', '2026-11-10', days, [1]],
  ['a moment, on the clock of the site', '2026-11-10T23:30:00Z', days, [2]],
  ['a day by hours: at its first', '2026-11-10', hours, [0]],
  ['a moment by hours', '2026-11-10T00:10:00Z', hours, [1]],
  ['before', '2026-11-08', days, []],
  ['after', '2026-11-12', days, []],
  ['in a week', '2026-11-11', ['2026-11-02', '2026-11-09'], [1]],
  ['where there are no buckets', '2026-11-11', [], []],
])('%s', (_, date, labels, expected) => {
  const found = notesOf([note(date)], labels, '2026-11-11', 'Europe/Berlin');
  expect(found.map(({ index }) => index)).toEqual(expected);
});
