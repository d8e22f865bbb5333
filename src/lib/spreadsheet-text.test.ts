import { expect, test } from 'vitest';
import { inertText } from './spreadsheet-text.ts';

test.each([
  ...['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\ra', '\na', ' =1', '\u00a0=1', '\ufeff=1'],
  ...['\u200b=1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff20SUM(1)', "'=1", "''=1"],
])('%j would be a formula', (text) => expect(inertText(text)).toBe(`'${text}`));

test.each(['', '1', 'a=1', '/path', "it's", "'a", '{"a":"=1"}', ' a', '\u2212 1'])(
  '%j is a text',
  (text) => expect(inertText(text)).toBe(text),
);
