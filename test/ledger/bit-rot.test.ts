import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { runPass } from '../../src/close/pass.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { countPartition } from '../../src/journal/keys.ts';
import {
  filesOfMonth,
  type NamedFile,
  publishMonth,
  readMonth,
  readMonths,
} from '../../src/ledger/manifest.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { everyCase } from '../support/real-app.ts';

const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

let ledger: TestLedger;
let files: NamedFile[];

/** March merged, a day of April with late rows. */
beforeAll(async () => {
  ledger = await openLedger('machine', at(40, 0));
  const site = await ledger.site();
  for (const day of [1, 2, 32]) {
    await ledger.append([1, 2, 3].map((n) => hitOf({ time: at(day, n), page: `/${n}` })));
    await ledger.append([hitOf({ time: at(day, 9) })], { late: true, receivedAtMs: ledger.now() });
  }
  for (const day of ['2026-03-01', '2026-03-02', '2026-04-01'])
    await closeDay(ledger.world, site, day);
  ledger.setNow(at(42, 0));
  expect(await mergeMonths(ledger.world, site)).toEqual(['2026-03']);
  files = (await readMonths(ledger.home, site.id)).flatMap((row) => filesOfMonth(site.id, row));
  expect([...new Set(files.map(({ kind }) => kind))].sort()).toEqual([
    ...['hits', 'hours', 'late', 'month', 'rollup', 'visits'],
  ]);
});
afterAll(() => ledger.close());

const pathOf = (name: string) => join(ledger.home.files.folder, name);
const wrong = async () => (await verifySite(ledger.world, await ledger.site())).wrong;

/** Does something to a file, verifies, and puts it back. */
async function wrongWith(name: string, harm: (path: string) => Promise<void>) {
  const whole = await readFile(pathOf(name));
  await harm(pathOf(name));
  const found = await wrong();
  await writeFile(pathOf(name), whole);
  return found;
}

describe('verify', () => {
  test('finds nothing where nothing is wrong', async () => {
    expect(await wrong()).toEqual([]);
  });

  test('names every file in which one bit is flipped, and no other', async () => {
    for (const { name, bytes } of files) {
      for (const part of everyCase ? [0, 0.3, 0.7, 0.999] : [0.7]) {
        const place = Math.floor(bytes * part);
        const found = await wrongWith(name, async (path) => {
          const file = await open(path, 'r+');
          const { buffer } = await file.read(Buffer.alloc(1), 0, 1, place);
          await file.write(Buffer.from([buffer[0]! ^ (1 << (place % 8))]), 0, 1, place);
          await file.close();
        });
        expect(found, `${name} at ${place}`).toEqual([
          { at: name, problem: expect.stringContaining('SHA-256') },
        ]);
      }
    }
  });

  test('names a file that is cut, and one that is missing', async () => {
    const { name, bytes } = files[0]!;
    expect(await wrongWith(name, (path) => truncate(path, bytes - 1))).toEqual([
      { at: name, problem: `expected ${bytes} bytes, got ${bytes - 1}` },
    ]);
    expect(await wrongWith(name, (path) => rm(path))).toEqual([
      { at: name, problem: expect.any(String) },
    ]);
  });

  test('names a day whose numbers do not add up, and the file that has others', async () => {
    const site = await ledger.site();
    const row = await readMonth(ledger.home, site.id, '2026-03');
    const day = row.content.days['2026-03-02']!;
    const days = { ...row.content.days, '2026-03-02': { ...day, hits: day.hits + 1 } };
    expect(await publishMonth(ledger.home, site.id, row, { ...row.content, days })).toBe(true);
    const found = await wrong();
    expect(
      await publishMonth(
        ledger.home,
        site.id,
        await readMonth(ledger.home, site.id, '2026-03'),
        row.content,
      ),
    ).toBe(true);
    expect(found).toEqual([
      {
        at: files.find(({ kind }) => kind === 'hits')!.name,
        problem: 'expected 5 rows of 2026-03-02, got 4',
      },
      { at: '2026-03-02', problem: expect.stringContaining('expected 4 rows taken, got 5 hits') },
    ]);
  });

  test('names a day of which the books have more than there is', async () => {
    const { id } = await ledger.site();
    const key = { partition: countPartition(id), sort: '2026-03-01' };
    await ledger.home.rows.add(key, { stored: 4 });
    expect(await wrong()).toEqual([]);
    await ledger.home.rows.add(key, { stored: 2 });
    expect(await wrong()).toEqual([
      { at: '2026-03-01', problem: 'the books have 6 hits stored, the ledger and the journal 4' },
    ]);
    await ledger.home.rows.remove([key]);
  });
});

test('a day that is closed again does not keep damage', async () => {
  const april = files.find(({ name, kind }) => name.includes('/2026-04-01/') && kind === 'hits')!;
  await ledger.append([hitOf({ time: at(32, 20) })], { late: true, receivedAtMs: ledger.now() });
  const whole = await readFile(pathOf(april.name));
  const harmed = Buffer.from(whole);
  harmed[harmed.length >> 1]! ^= 16;
  await writeFile(pathOf(april.name), harmed);
  await expect(closeDay(ledger.world, await ledger.site(), '2026-04-01')).rejects.toMatchObject({
    fault: 'damaged',
    message: expect.stringContaining(april.name),
  });
  await writeFile(pathOf(april.name), whole);
  expect(await closeDay(ledger.world, await ledger.site(), '2026-04-01')).toBe('closed');
});

describe('what is no longer kept goes, though it is damaged', () => {
  let kept: TestLedger;
  beforeEach(async () => {
    kept = await openLedger('machine', at(1, 0));
  });
  afterEach(() => kept.close());

  async function pass(): Promise<void> {
    await runPass(kept.world, kept.sites, {
      untilMs: kept.now() + dayMs,
      onEvent: () => {},
    });
  }
  async function harm(kind: string, of = ''): Promise<void> {
    const rows = await readMonths(kept.home, (await kept.site()).id);
    const { id } = await kept.site();
    const named = rows.flatMap((row) => filesOfMonth(id, row));
    const { name } = named.find((file) => file.kind === kind && file.name.includes(of))!;
    const path = join(kept.home.files.folder, name);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 4;
    await writeFile(path, bytes);
  }
  async function prunedDays(): Promise<unknown[]> {
    const rows = await readMonths(kept.home, (await kept.site()).id);
    return rows.flatMap(({ content }) => Object.values(content.days).map(({ pruned }) => pruned));
  }

  test('the hits of a merged month', async () => {
    for (const day of [1, 2, 3]) await kept.append([hitOf({ time: at(day, 5) })]);
    for (const minutes of [0, 600]) {
      kept.setNow(at(40, minutes));
      await pass();
    }
    await harm('hits');
    await kept.sites.set('ledger.test', { keep_hits_days: 5 });
    kept.setNow(at(41, 0));
    await pass();
    expect(await prunedDays()).toEqual(['hits', 'hits', 'hits']);
  });

  test('a day with late rows that cannot be closed, and all others', async () => {
    for (const day of [1, 2, 3, 4]) await kept.append([hitOf({ time: at(day, 5) })]);
    kept.setNow(at(9, 0));
    await pass();
    await kept.append([hitOf({ time: at(2, 9) })], { late: true, receivedAtMs: kept.now() });
    await harm('hits', '2026-03-02');
    await kept.sites.set('ledger.test', { keep_hits_days: 5 });
    kept.setNow(at(20, 0));
    await pass();
    expect(await prunedDays()).toEqual(['hits', 'hits', 'hits', 'hits']);
  });
});
