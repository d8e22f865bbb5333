import { expect, test } from 'vitest';
import { firstView, readAddress } from './address.ts';
import { rowsAddress } from './rows.ts';

const moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'UTC' };

test('rows are those of the view: its range, its filters', () => {
  const view = readAddress('?site=example.com&range=7d&f=is,country,DE');
  const address = new URL(rowsAddress(view, moment, 'csv'), 'https://stats.example');
  expect(Object.fromEntries(address.searchParams)).toEqual({
    ...{ site: 'example.com', format: 'csv', from: '2026-11-16', to: '2026-11-22' },
    filters: '[["is","visit:country",["DE"]]]',
  });
  const day = { ...firstView, site: 'a.test', range: '24h' as const };
  expect(rowsAddress(day, moment, 'parquet')).toContain('from=2026-11-21T15%3A00%3A00Z');
  expect(rowsAddress({ ...day, range: 'all' }, moment, 'ndjson')).toBe(
    '/api/hits?site=a.test&format=ndjson',
  );
});
