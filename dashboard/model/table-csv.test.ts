import { expect, test } from 'vitest';
import { tabNamed } from '../panels/panels.ts';
import { tableCsv } from './table-csv.ts';

test('beside a column that is compared stand its values of the period before', () => {
  const rows = [
    { dimensions: ['/'], metrics: [4, 50, 2], comparison: { metrics: [3, 25, 1] } },
    { dimensions: ['/a'], metrics: [1, 0, 0], comparison: { metrics: [0, 0, 0] } },
  ];
  const columns = ['visitors', 'bounce_rate'] as const;
  const [, ...plain] = tableCsv(tabNamed('page')!, columns, rows).trim().split('\r\n');
  expect(plain).toEqual(['/,4,50', '/a,1,']);
  expect(tableCsv(tabNamed('page')!, columns, rows, 'bounce_rate')).toBe(
    'Page,visitors,bounce_rate,bounce_rate_before\r\n/,4,50,25\r\n/a,1,,\r\n',
  );
});
