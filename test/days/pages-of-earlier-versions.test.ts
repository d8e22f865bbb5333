import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { eraseHits } from '../../src/close/erase-hits.ts';
import { countErasure } from '../../src/close/erased-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { parquet, parquetOptions, quoted } from '../../src/duck/parquet.ts';
import {
  type FileKind,
  fileName,
  type LedgerFile,
  monthPartition,
  readMonth,
} from '../../src/ledger/manifest.ts';
import { rollUpOptions } from '../../src/ledger/roll-up.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { rolledMeasures } from '../../src/model/measures.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';

const day = '2026-03-01';
const atMs = Date.parse('2026-03-01T11:00:00Z');
const letters = '/%C3%BCber';

/** Versions before this one stored pages as they were sent. */
const views = [
  hitOf({ time: atMs, page: letters }),
  hitOf({ time: atMs + 1, page: '/%c3%bcber', visitor: 'bb' }),
  hitOf({ time: atMs + 2, page: '/über', visitor: 'cc', sent: { n: 1.5 } }),
  hitOf({ time: atMs + 3, page: '/plain', visitor: 'cc', sent: {} }),
];

describe.each(longHomes)('pages as earlier versions stored them, on %s', (homeName) => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger(homeName, atMs + 60_000);
    await ledger.append(views);
  });
  afterEach(() => ledger.close());

  /** Gives the files of the closed day the pages they would have had from an earlier version. */
  async function makeOlder(): Promise<void> {
    const { home, world } = ledger;
    const { id } = await ledger.site();
    const { content, text } = await readMonth(home, id, '2026-03');
    const closed = content.days[day]!;
    const version = 'older0';
    const files: Partial<Record<FileKind, LedgerFile>> = {};
    for (const [kind, file] of Object.entries(closed.own!.files) as [FileKind, LedgerFile][]) {
      const from = await home.files.open(fileName(id, day, closed.own!.version, kind));
      const name = fileName(id, day, version, kind);
      const options = kind === 'rollup' ? rollUpOptions : parquetOptions;
      const saved = await home.files.save(name, async (path) => {
        const rows = olderSql(kind, parquet([from.path]));
        await world.duck.read((session) =>
          session.rows(`COPY (${rows}) TO ${quoted(path)} (${options})`),
        );
      });
      from.release();
      files[kind] = { ...saved, rows: kind === 'rollup' ? file.rows + 6 : file.rows };
    }
    const days = { ...content.days, [day]: { ...closed, own: { version, files } } };
    const row = { partition: monthPartition(id), sort: '2026-03' };
    expect(
      await home.rows.putIf({ ...row, value: JSON.stringify({ ...content, days }) }, text),
    ).toBe(true);
  }

  const pages = () => ledger.by('event:page');
  const entries = () => ledger.by('visit:entry_page');
  const onePage = { [letters]: [3, 3, 3, 3], '/plain': [1, 1, 1, 1] };
  const oneEntry = { [letters]: [3, 3, 4, 4] };

  test('are one page while their day is open, and after it is closed', async () => {
    expect([await pages(), await entries()]).toEqual([onePage, oneEntry]);
    ledger.setNow(atMs + dayMs);
    await closeDay(ledger.world, await ledger.site(), day);
    expect([await pages(), await entries()]).toEqual([onePage, oneEntry]);
  });

  test('are one page in files of earlier versions, before they are merged and after', async () => {
    ledger.setNow(atMs + dayMs);
    await closeDay(ledger.world, await ledger.site(), day);
    await makeOlder();
    expect([await pages(), await entries()]).toEqual([onePage, oneEntry]);
    ledger.setNow(atMs + 60 * dayMs);
    expect(await mergeMonths(ledger.world, await ledger.site())).toEqual(['2026-03']);
    expect([await pages(), await entries()]).toEqual([onePage, oneEntry]);
    expect((await verifySite(ledger.world, await ledger.site())).wrong).toEqual([]);
  });

  test.each(['open', 'closed'])('are erased, %s', async (state) => {
    ledger.setNow(atMs + dayMs);
    if (state === 'closed') {
      await closeDay(ledger.world, await ledger.site(), day);
      await makeOlder();
    }
    const clock = () => ledger.now();
    const world = { home: ledger.home, sites: ledger.sites, clock, random: randomBytes };
    const { erasure } = await eraseHits(world, 'ledger.test', { page: '/ü*' });
    const left = { '/plain': [1, 1, 1, 1] };
    if (state === 'open') expect(await pages()).toEqual(left);
    const site = await ledger.site();
    for (const one of await dueDays(ledger.world, site, { atOnce: true }))
      await closeWhole(ledger.world, site, one);
    expect(await pages()).toEqual(left);
    expect((await countErasure(ledger.world, site, erasure)).days).toEqual([]);
  });
});

/** The rows of a file with pages spelled as they were sent. */
function olderSql(kind: FileKind, from: string): string {
  const older = (column: string, which: string) =>
    `CASE WHEN ${column} = '${letters}' THEN CASE ${which} WHEN 187 THEN '/%c3%bcber'
      WHEN 204 THEN '/über' ELSE ${column} END ELSE ${column} END AS ${column}`;
  if (kind === 'hits') return `SELECT * REPLACE (${older('page', 'visitor')}) FROM ${from}`;
  if (kind === 'visits')
    return `SELECT * REPLACE (${older('entry_page', 'visitor')}, ${older('exit_page', 'visitor')})
      FROM ${from}`;
  if (kind !== 'rollup') return `FROM ${from}`;
  const isOne = `value = '${letters}'`;
  // Of each sum the first row gets what does not divide by three.
  const split = ['/%C3%BCber', '/%c3%bcber', '/über'].map((value, i) => {
    const sums = rolledMeasures.map(
      (name) => `${name} // 3${i === 0 ? ` + ${name} % 3` : ''} AS ${name}`,
    );
    return `SELECT * REPLACE ('${value}' AS value, ${sums.join(', ')}) FROM ${from}
      WHERE ${isOne}`;
  });
  return `(FROM ${from} WHERE NOT ${isOne}) UNION ALL ${split.join(' UNION ALL ')}
    ORDER BY dimension, day, value`;
}
