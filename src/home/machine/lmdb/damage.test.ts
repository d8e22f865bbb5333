import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyCase } from '../../../../test/support/real-app.ts';
import { openRows } from '../rows.ts';
import { checkBeginning, checkPages } from './check.ts';
import { boundsAt, childAt, entriesIn, metaOf } from './format.ts';
import { salvageRows } from './salvage.ts';

const pageBytes = 4_096;

let folder: string;
let path: string;
let whole: Buffer;
let expected: Map<string, string>;

/** Two levels of branches, values of several pages, rows that were removed, and free pages. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-damage-'));
  path = join(folder, 'data.mdb');
  const rows = openRows(folder);
  const row = (partition: string, n: number, text: string) => ({
    ...{ partition, sort: String(n).padStart(6, '0'), value: JSON.stringify(text) },
  });
  const of = (partition: string, from: number, to: number, bytes: number) =>
    Array.from({ length: to - from }, (_, i) => row(partition, from + i, 'é'.repeat(bytes / 2)));
  await rows.append(of('hit/a/2026-03-01/0', 0, 1_500, 300));
  await rows.append(of('month/a', 0, 12, 20_000));
  await rows.append(of('hit/b/2026-03-01/0', 0, 1_500, 300));
  await rows.remove(of('hit/a/2026-03-01/0', 200, 800, 0));
  await rows.append(of('sites', 0, 3, 100));
  expected = new Map();
  const from = { partitions: ['hit/a/2026-03-01/0', 'month/a', 'hit/b/2026-03-01/0', 'sites'] };
  for (const partition of from.partitions)
    for (let after: string | undefined; ; ) {
      const page = await rows.scan(partition, after === undefined ? {} : { after });
      for (const { sort, value } of page) expected.set(`${partition}\0${sort}`, value);
      after = page.at(-1)?.sort;
      if (after === undefined) break;
    }
  await rows.close();
  whole = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newest = () =>
  [metaOf(whole)!, metaOf(whole.subarray(pageBytes))!].sort((a, b) => b.txn - a.txn)[0]!;

function harmed(harm: (bytes: Buffer) => Buffer | undefined): void {
  const bytes = Buffer.from(whole);
  writeFileSync(path, harm(bytes) ?? bytes);
}

const check = () => checkBeginning(path) ?? checkPages(path);

function salvaged() {
  const salvage = salvageRows(path);
  const rows = new Map<string, string>();
  for (const { key, text } of salvage.rows) rows.set(key.toString(), text);
  salvage.close();
  return { rows, lost: salvage.lost, notes: salvage.notes };
}

const zero =
  (page: number, pages = 1) =>
  (bytes: Buffer) => {
    bytes.fill(0, page * pageBytes, (page + pages) * pageBytes);
    return undefined;
  };

/** Pages of a kind that the newest state may use: as many as there are, by their number. */
const pagesOf = (kind: number) =>
  Array.from({ length: whole.length / pageBytes }, (_, page) => page).filter(
    (page) =>
      page > 1 &&
      whole.readUInt32LE(page * pageBytes) === page &&
      whole.readUInt16LE(page * pageBytes + 18) === kind,
  );

/** The pages of the tree that lists free pages: no row is in them. */
function freeTree(page = newest().free.root!): number[] {
  const bytes = whole.subarray(page * pageBytes, (page + 1) * pageBytes);
  if (bytes.readUInt16LE(18) === 2) return [page];
  const children = Array.from({ length: entriesIn(bytes, 0) }, (_, i) => childAt(bytes, i).page);
  return [page, ...children.flatMap(freeTree)];
}

test('a whole file has no fault, and gives every row', () => {
  harmed(() => undefined);
  expect(check()).toBe(undefined);
  expect(salvaged()).toEqual({ rows: expected, lost: [], notes: [] });
});

describe('is found, and said in a few words', () => {
  const cases: [string, () => (bytes: Buffer) => Buffer | undefined, RegExp][] = [
    ['a head of zeros', () => zero(0, 2), /^its first pages are not/],
    ['one meta of zeros', () => zero(1), /^its first pages are not/],
    ['a root of zeros', () => zero(newest().main.root!), /^page \d+ is overwritten/],
    ['free pages of zeros', () => zero(newest().free.root!), /^page \d+ is overwritten/],
    ['a file cut to half', () => (b) => b.subarray(0, b.length / 2), /ends before its page/],
    ['a file cut within a page', () => (b) => b.subarray(0, b.length / 2 + 99), /ends before/],
    ['a file of its metas only', () => (b) => b.subarray(0, 2 * pageBytes), /ends before/],
  ];
  test.each(cases)('%s', (_, harm, fault) => {
    harmed(harm());
    expect(check()).toMatch(fault);
  });

  test('a page of the tree, of zeros or of other bytes', () => {
    let used = 0;
    for (const page of [...pagesOf(1), ...pagesOf(2).filter((_, i) => everyCase || i % 5 === 0)]) {
      harmed(zero(page));
      const found = check();
      if (found === undefined) continue; // it is a free page
      used++;
      expect(found).toMatch(/^page \d+ /);
      harmed((bytes) => {
        for (let at = 16; at < pageBytes; at++)
          bytes[page * pageBytes + at] = (at * 7 + page * 13) % 251;
        return undefined;
      });
      expect(check()).toMatch(/^page \d+ /);
    }
    expect(used).toBeGreaterThan(40);
  });
});

describe('what can be read', () => {
  test('where both metas are lost: every row', () => {
    harmed(zero(0, 2));
    const { rows, notes } = salvaged();
    expect(rows).toEqual(expected);
    expect(notes).toEqual(['its first pages are damaged']);
  });

  test('where the root or any branch is lost: every row, and none that was removed', () => {
    for (const page of [newest().main.root!, ...pagesOf(1).slice(0, 12)]) {
      harmed(zero(page));
      expect(salvaged().rows).toEqual(expected);
    }
  });

  test('where a leaf is lost: all rows but its own, and between which keys they are missing', () => {
    harmed(() => undefined);
    const ofFree = freeTree();
    const ofRows = pagesOf(2).filter((page) => !ofFree.includes(page));
    let tried = 0;
    for (const page of ofRows.filter((_, i) => i % 40 === 0)) {
      harmed(zero(page));
      if (check() === undefined) continue;
      tried++;
      const { rows, lost } = salvaged();
      const missing = [...expected.keys()].filter((key) => !rows.has(key));
      expect(missing.length).toBeGreaterThan(0);
      expect(missing.length).toBeLessThan(20);
      for (const key of missing)
        expect(
          lost.some(
            ({ from, to }) =>
              (from === undefined || Buffer.compare(from, Buffer.from(key)) <= 0) &&
              (to === undefined || Buffer.compare(Buffer.from(key), to) < 0),
          ),
        ).toBe(true);
    }
    expect(tried).toBeGreaterThan(3);
  });

  test('of rows whose values are said to be where no file reaches: the other rows', () => {
    const lost = new Set<string>();
    harmed((bytes) => {
      for (const page of pagesOf(2))
        for (let i = 0; i < entriesIn(bytes, page * pageBytes); i++) {
          const { keyFrom, keyTo, isBig } = boundsAt(bytes, page * pageBytes, i);
          if (!isBig) continue;
          lost.add(bytes.subarray(keyFrom, keyTo).toString());
          bytes.fill(0x7f, keyTo, keyTo + 24);
        }
      return undefined;
    });
    expect(lost.size).toBeGreaterThanOrEqual(12);
    expect(check()).toMatch(/^page \d+ is outside of the file/);
    expect(salvaged().rows).toEqual(new Map([...expected].filter(([key]) => !lost.has(key))));
  });

  test('of random damage: nothing that was not there', () => {
    let state = 20_261_127;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < 40; i++) {
      harmed((bytes) => {
        const from = random(bytes.length);
        const length = 1 + random(3 * pageBytes);
        for (let at = from; at < Math.min(bytes.length, from + length); at++)
          bytes[at] = random(256);
        return undefined;
      });
      check();
      const { rows } = salvaged();
      const wrong = [...rows].filter(([key, text]) => expected.get(key) !== text);
      expect(wrong.length).toBeLessThan(2); // a text can be damaged and stay JSON
      expect(rows.size).toBeGreaterThan(expected.size - 100);
    }
  });
});
