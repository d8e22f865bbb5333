import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { withStatement } from '../../src/sql/run-statement.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger } from '../support/ledger.ts';

test('a closed day that late rows amend counts as in reports', async () => {
  const at = (minutes: number) => Date.parse('2026-03-01T09:00:00Z') + minutes * 60_000;
  // All days have roll-ups, so that late rows amend them.
  const ledger = await openLedger('machine', at(30 * 60), {}, { rollsOver: 0 });
  const scratch = await mkdtemp(join(tmpdir(), 'daybook-sql-'));
  try {
    await ledger.append([
      hitOf({ time: at(0) }),
      hitOf({ time: at(1), visitor: 'bb', page: '/b' }),
    ]);
    await closeDay(ledger.world, await ledger.site(), '2026-03-01');
    const late = [hitOf({ time: at(2), page: '/late' })];
    await ledger.append(late, { late: true, receivedAtMs: ledger.now() });
    const world = {
      ...{ home: ledger.home, clock: ledger.now, monotonicMs: () => 0, scratch },
      ...{ memoryBytes: 2 ** 28, threads: 1, spillBytes: 2 ** 28 },
    };
    const limits = { mostRows: 100, mostBytes: 2 ** 20, timeoutMs: 60_000 };
    const sql = `SELECT page, count(DISTINCT visitor)::INTEGER, count(DISTINCT visit)::INTEGER,
      count(*)::INTEGER, count(*)::INTEGER FROM hits JOIN visits USING (day, visit) GROUP BY page`;
    const rows = await withStatement(
      world,
      await ledger.site(),
      { sql: sql.replaceAll('visitor)', 'hits.visitor)'), ...limits },
      async (result) => {
        const all: (readonly unknown[])[] = [];
        for await (const page of result.rows()) all.push(...page);
        return all;
      },
    );
    expect(Object.fromEntries(rows.map(([page, ...counts]) => [page, counts]))).toEqual(
      await ledger.by('event:page'),
    );
    expect(rows).toHaveLength(3);
  } finally {
    await ledger.close();
    await rm(scratch, { recursive: true, force: true });
  }
});
