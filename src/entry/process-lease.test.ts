import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { servedAt } from './process-lease.ts';

test.each([
  ['127.0.0.1:7070', 'http://localhost:7070'],
  ['0.0.0.0:7070', 'http://localhost:7070'],
  ['[::]:80', 'http://localhost:80'],
  ['[::1]:7070', 'http://localhost:7070'],
  ['192.168.1.5:7070', 'http://192.168.1.5:7070'],
  ['[fd00::1]:7070', 'http://[fd00::1]:7070'],
  ['https://stats.example.com', 'https://stats.example.com'],
  ['another program', undefined],
])('a server named %s is found at %s', async (url, found) => {
  const home = openMemoryHome();
  const value = JSON.stringify({ pid: 1, host: 'here', url, renewedMs: 0 });
  await home.rows.append([{ partition: 'server', sort: 'lease', value }]);
  expect(await servedAt(home)).toBe(found);
});

test('where no server was', async () => {
  expect(await servedAt(openMemoryHome())).toBeUndefined();
});
