import { expect, test } from 'vitest';
import { moneyOf } from './money.ts';

test.each<[bigint, string, number, string, string]>([
  [0n, 'EUR', 0, '€0', '€0.00'],
  [5n, 'USD', 0.005, '$0', '$0.01'],
  [-1_234_500n, 'USD', -1_234.5, '-$1.2K', '-$1,234.50'],
  [1_999_000n, 'JPY', 1_999, '¥2K', '¥1,999'],
  [1_234n, 'KWD', 1.234, 'KWD\u00a01.2', 'KWD\u00a01.234'],
  // More digits than a double holds: the text has them all.
  [
    12_345_678_901_234_567_891n,
    'EUR',
    12_345_678_901_234_568,
    '€12,345.7T',
    '€12,345,678,901,234,567.89',
  ],
])('%s thousandths of %s', (thousandths, currency, value, short, long) => {
  expect(moneyOf(thousandths, currency)).toEqual({ value, currency, short, long });
});
