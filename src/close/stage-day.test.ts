import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Row } from '../home/home.ts';
import { hitPartition, runningSort } from '../journal/keys.ts';
import { normalizedPage } from '../lib/page-path.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { type FileLimits, stageDay } from './stage-day.ts';

const day = '2026-03-02';
const at = (second: number) => Date.parse(day) + second * 1_000;

let root: string;
let folder: string;
let duck: Duck;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'daybook-stage-'));
  folder = join(root, 'rows');
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 2, folder: root });
});
afterEach(async () => {
  duck.close();
  await rm(root, { recursive: true });
});

const rowOf = (hit: Hit): Row => ({
  ...{ partition: hitPartition('site', day, 0), sort: runningSort(hit.time + 7, hit.id) },
  value: JSON.stringify(hit),
});

async function* pagesOf(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[]> {
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size);
}

function staged(
  pages: AsyncIterable<readonly Row[]>,
  limits?: FileLimits,
  checkRoom = (_: number) => {},
) {
  const load = {
    day,
    zones: zonesFrom('UTC', 0),
    closed: undefined,
    pages,
    erasures: [],
    checkRoom,
  };
  return duck.step(async (session) => {
    await stageDay(session, folder, load, limits);
    return session.rows(
      `SELECT page, props['x'], "time", received, sent FROM fresh ORDER BY "time"`,
    );
  });
}

const texts = ['', 'ä€😀', 'a\nb', '"', '\\', '{"x":1}', '\u2028', 'x'.repeat(5_000)];
const hits = texts.map((x, i) =>
  hitOf({
    time: at(i),
    page: `/${x}`,
    ...(x !== '' && { props: { x } }),
    sent: { x: [x, i] } as never,
  }),
);
const told = texts.map((x, i) => {
  const asSent = `/${x}`;
  const page = normalizedPage(asSent);
  return [
    ...[page, x === '' ? null : x, BigInt(at(i)), BigInt(at(i) + 7)],
    JSON.stringify({ x: [x, i], ...(page !== asSent && { pagePath: asSent }) }),
  ];
});

test.each<[string, FileLimits | undefined]>([
  ['one file', undefined],
  ['a file each few rows', { rows: 3, chars: 1e9 }],
  ['a file each few characters', { rows: 1e9, chars: 100 }],
])('%s: every hit once, as it is, and nothing is left on the disk', async (_, limits) => {
  expect(await staged(pagesOf(hits.map(rowOf), 2), limits)).toEqual(told);
  expect(existsSync(folder)).toBe(false);
});

test('a row that is no hit takes no other along', async () => {
  const rows = hits.map(rowOf);
  const broken = { ...rows[0]!, value: '{"id":' };
  const all = await staged(pagesOf([broken, ...rows], 4), { rows: 3, chars: 1e9 });
  expect(all.filter(([, , time]) => time !== null)).toEqual(told);
});

test('where reading fails it is told, and nothing is left', async () => {
  async function* failing(): AsyncGenerator<readonly Row[]> {
    yield hits.slice(0, 4).map(rowOf);
    throw new Error('the store is down');
  }
  await expect(staged(failing(), { rows: 1, chars: 1e9 })).rejects.toThrow('the store is down');
  expect(existsSync(folder)).toBe(false);
});

test('it ends before the disk is full, and nothing is left', async () => {
  const many = Array.from({ length: 5_000 }, (_, i) =>
    rowOf(hitOf({ time: at(i), page: '/'.repeat(200) })),
  );
  const asked: number[] = [];
  const checkRoom = (bytes: number) => {
    asked.push(bytes);
    if (asked.length === 2) throw new Error('no room');
  };
  await expect(staged(pagesOf(many, 1_000), undefined, checkRoom)).rejects.toThrow('no room');
  // What is written next, and the files that all of it becomes.
  expect(asked[0]).toBeGreaterThan(4_000 * 200 * 1.25);
  expect(existsSync(folder)).toBe(false);
});
