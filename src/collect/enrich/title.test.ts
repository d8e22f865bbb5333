import { expect, test } from 'vitest';
import { readTitle } from './title.ts';

test.each([
  ['Prices', 'Prices'],
  ['  Two\n\t lines\u0000 ', 'Two lines'],
  ['Übersicht – Preise', 'Übersicht – Preise'],
  ['x'.repeat(600), 'x'.repeat(500)],
  [`${'x'.repeat(499)}😀`, 'x'.repeat(499)],
  ['100 %', '100 %'],
  ['', undefined],
  [' \n ', undefined],
  [undefined, undefined],
  [null, undefined],
  [7, undefined],
])('the title %j is kept as %j', (sent, kept) => {
  expect(readTitle(sent)).toBe(kept);
});
