import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { closeDay } from '../close/close-day.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { daysWithHits, withDayHits } from './day-hits.ts';
import { openDayHits } from './open-days.ts';

const site = { id: 'dayhits00000', zones: zonesFrom('UTC', 0) };
const day = '2026-02-28';
const startMs = Date.parse(`${day}T00:00:00Z`);
const clock = () => startMs + 2 * dayMs;

let folder: string;
let home: Home;
let ducks: readonly [closing: Duck, reading: Duck];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-day-hits-'));
  home = await openMachine(folder);
  const open = () => openDuck({ memoryBytes: 2 ** 28, threads: 1, folder: home.files.folder });
  ducks = [await open(), await open()];
  const times = [hourMs, 2 * hourMs, 3 * hourMs];
  await appendHits(
    home,
    site,
    times.map((ms) => hitOf({ time: startMs + ms })),
  );
});
afterEach(async () => {
  for (const duck of ducks) duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const close = () => closeDay(closeWorldOf(home, ducks[0], clock), site, day);

/** Counts the day's hits; `onScan` is called before each reading of the day's own rows. */
async function countHits(onScan: () => Promise<void> = async () => {}): Promise<number> {
  const rows: Home['rows'] = {
    ...home.rows,
    async scan(partition, range) {
      if (partition.startsWith('hit/')) await onScan();
      return home.rows.scan(partition, range);
    },
  };
  const own = { ...home, rows };
  const world = openDayHits({ home: own, duck: ducks[1], clock, budgetBytes: 2 ** 28 });
  const counted = await withDayHits(world, site, day, async (session, { from }) => {
    const [[count] = [0]] = await session.rows(`SELECT count(*)::INTEGER FROM ${from}`);
    return Number(count);
  });
  return counted ?? 0;
}

test('all hits of a day are there, while it is open, closed, and with late rows', async () => {
  expect(await countHits()).toBe(3);
  expect(await close()).toBe('closed');
  expect(await countHits()).toBe(3);
  await appendHits(home, site, [hitOf({ time: startMs + 4 * hourMs })], { late: true });
  expect(await countHits()).toBe(4);
  expect(await daysWithHits({ home }, site.id, { from: day, to: day })).toEqual([day]);
});

test('a day that is closed while it is read, its rows gone, is read whole', async () => {
  let closings = 0;
  const count = await countHits(async () => {
    if (closings++ === 0) expect(await close()).toBe('closed');
  });
  expect(closings).toBeGreaterThan(0);
  expect(count).toBe(3);
});

test('a day of which there are no hits is none', async () => {
  const world = openDayHits({ home, duck: ducks[1], clock, budgetBytes: 2 ** 28 });
  expect(await withDayHits(world, site, '2026-02-27', async () => 'some')).toBeUndefined();
});
