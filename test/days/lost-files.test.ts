import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import { filesOfMonth, readMonths } from '../../src/ledger/manifest.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';

let ledger: TestLedger;
let name: string;
let path: string;
let whole: Buffer;
beforeAll(async () => {
  ledger = await openLedger('machine', Date.parse('2026-03-05T12:00:00Z'));
  await ledger.append([hitOf({ time: Date.parse('2026-03-01T12:00:00Z'), page: '/' })]);
  const site = await ledger.site();
  await closeDay(ledger.world, site, '2026-03-01');
  const files = (await readMonths(ledger.home, site.id)).flatMap((row) =>
    filesOfMonth(site.id, row),
  );
  name = files.find(({ kind }) => kind === 'rollup')!.name;
  path = join(ledger.home.files.folder, name);
  whole = readFileSync(path);
});
afterAll(() => ledger.close());
afterEach(() => {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, whole);
});

const view = async () =>
  ledger.engine.query(await ledger.site(), {
    site_id: 'ledger.test',
    metrics: ['pageviews'],
    date_range: 'all',
  });

const damages: [string, () => void, string][] = [
  ['is missing', () => {}, 'but the ledger names it'],
  ['is a folder', () => mkdirSync(path), 'is damaged: expected a file, got a folder'],
  ['is a link', () => symlinkSync('/etc/hosts', path), 'is damaged: expected a file, got a link'],
  ['is cut', () => writeFileSync(path, whole.subarray(0, 100)), 'is damaged: expected'],
  ['is empty', () => writeFileSync(path, ''), 'is damaged: expected'],
];

test.each(damages)('a report of a day whose file %s names the file', async (_, harm, problem) => {
  rmSync(path);
  harm();
  const asked = view();
  await expect(asked).rejects.toMatchObject({ fault: 'damaged' });
  await expect(asked).rejects.toThrow(name);
  await expect(asked).rejects.toThrow(problem);
  const { wrong } = await verifySite(ledger.world, await ledger.site());
  expect(wrong).toEqual([{ at: name, problem: expect.any(String) }]);
});

test('the file is back: the report is too', async () => {
  rmSync(path);
  await expect(view()).rejects.toThrow(name);
  writeFileSync(path, whole);
  truncateSync(path, whole.length);
  expect((await view()).results).toEqual([{ dimensions: [], metrics: [1] }]);
});
