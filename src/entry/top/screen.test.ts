import { expect, test } from 'vitest';
import type { Health } from '../../http/schemas/health.ts';
import { screenOf } from './screen.ts';

const health = (stored: number, bots: number): Health => ({
  ...{ version: '0.1.0', started: '2026-11-20T10:00:00.000Z', hits_can_be_stored: true },
  memory: {
    ...{ limit_bytes: 2 ** 30, own_bytes: 2 ** 26 },
    processes: [
      { name: 'server', pid: 1, own_bytes: 2 ** 26, mapped_bytes: 0, most_bytes: 2 ** 26 },
    ],
  },
  closing: { running: false, days_waiting: 1, oldest_waiting: '2026-11-19T00:00:00Z', failures: 0 },
  books: { open_rows: 12, short_days: [] },
  reports: { failures: 0 },
  ledger: { files: 0, bytes: 0, missing_files: 0, damaged_reports: 0 },
  backup: { running: false, failures: 0 },
  hits: { stored, dropped: { bot: bots }, by_site: { 'a.test': stored + bots, 'b.test': 3 } },
  requests: { under_way: 2, answers: {} },
  queries: [{ ask: 'batch', site: 'a.test', seconds: 1.25 }],
});

test('what was counted between two looks is by the second', () => {
  const before = { atMs: 1_000, health: health(10, 2) };
  const now = { atMs: 3_000, health: health(30, 3) };
  expect(screenOf(now, before)).toEqual([
    'daybook   0.1.0',
    'stored    10.0/s',
    'dropped   bot 0.5/s',
    'sites     a.test 10.5/s',
    'requests  2 under way',
    'query     batch of a.test, 1.3 s',
    'memory    server 64 MiB',
    'closing   not now, 1 wait since 2026-11-19T00:00:00Z',
    'open rows 12',
  ]);
});

test('one look alone says what was counted since the start', () => {
  const lines = screenOf({ atMs: 0, health: health(10, 2) });
  expect(lines.slice(0, 4)).toEqual([
    'daybook   0.1.0, counted since it started',
    'stored    10',
    'dropped   bot 2',
    'sites     a.test 12  b.test 3',
  ]);
});

test('what does not work is there as well, and why', () => {
  const now = health(10, 2);
  const lines = screenOf({
    atMs: 0,
    health: {
      ...{ ...now, not_ready: 'the disk is full', reports: { failures: 3, problem: 'it ended' } },
      closing: { ...now.closing, problem: 'close failed' },
      ledger: { ...now.ledger, missing_files: 2 },
    },
  });
  expect(lines).toEqual(
    expect.arrayContaining([
      '          close failed',
      'no hits   the disk is full',
      'reports   it ended',
      'missing   2 files of the ledger',
    ]),
  );
});
