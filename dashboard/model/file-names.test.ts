import { expect, test } from 'vitest';
import { fileName } from './file-names.ts';
import type { Range } from './ranges.ts';

const moment = { nowMs: Date.parse('2026-11-28T23:30:00Z'), zone: 'Europe/Berlin' };

test.each<[string, Range, string]>([
  ['a.test', '28d', 'a.test 2026-11-02 to 2026-11-29 pages.csv'],
  ['a.test/blog', 'day', 'a.test-blog 2026-11-29 pages.csv'],
  ['a.test', '24h', 'a.test 2026-11-28 to 2026-11-29 pages.csv'],
  ['*', { from: '2026-01-01', to: '2026-01-02' }, 'all sites 2026-01-01 to 2026-01-02 pages.csv'],
  ['a.test', 'all', 'a.test all time pages.csv'],
])('a file of %s in %j is named %s', (site, range, name) => {
  expect(fileName({ site, range }, moment, 'pages', 'csv')).toBe(name);
});

test('a file of everything has no more in its name', () => {
  expect(fileName({ site: 'a.test', range: 'day' }, moment, '', 'zip')).toBe(
    'a.test 2026-11-29.zip',
  );
});
