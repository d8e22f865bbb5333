import { expect, test } from 'vitest';
import type { Range } from '../home.ts';
import { queryOf } from './rows.ts';

const cases: [
  name: string,
  range: Range,
  condition: string | undefined,
  start: string | undefined,
][] = [
  ['all of a partition', {}, 'pk = :pk', undefined],
  ['from', { from: 'b' }, 'pk = :pk AND sk >= :from', undefined],
  ['to', { to: 'b' }, 'pk = :pk AND sk < :to', undefined],
  ['both', { from: 'b', to: 'd' }, 'pk = :pk AND sk BETWEEN :from AND :to', undefined],
  ['after', { after: 'b' }, 'pk = :pk', 'b'],
  [
    'after within',
    { from: 'b', to: 'd', after: 'c' },
    'pk = :pk AND sk BETWEEN :from AND :to',
    'c',
  ],
  [
    'after before from: no start outside the range',
    { from: 'c', after: 'b' },
    'pk = :pk AND sk >= :from',
    undefined,
  ],
  ['nothing between', { from: 'b', to: 'b' }, undefined, undefined],
  ['nothing up to the empty text', { to: '' }, undefined, undefined],
  ['nothing behind the end', { after: 'b', to: 'b' }, undefined, undefined],
  // In UTF-16 the surrogate comes before U+FFEE, in UTF-8 behind it.
  [
    'bounds in the order of their bytes',
    { from: '\uffee', to: '𝒳' },
    'pk = :pk AND sk BETWEEN :from AND :to',
    undefined,
  ],
];
test.each(cases)('%s', (_, range, condition, start) => {
  const query = queryOf('p', range);
  expect([query?.condition, query?.start?.['sk']?.S]).toEqual([condition, start]);
  // Every value is used, as DynamoDB wants it.
  for (const name of Object.keys(query?.values ?? {})) expect(condition).toContain(name);
});
