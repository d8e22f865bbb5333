import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { balanceDay, readBooks } from '../days/books.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { daysPartition, hitPartition, tryPartition } from '../journal/keys.ts';
import { claimDay } from '../journal/tries.ts';
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type PassOptions, runPass } from './pass.ts';
import type { PassEvent } from './pass-events.ts';
import { isUpkeepDue } from './upkeep.ts';
import type { CloseWorld } from './world.ts';

const siteOf = (name: string) => ({
  id: `${name}0000000000`,
  domain: `${name}.test`,
  zones: zonesFrom('UTC', 0),
});
const [a, b] = [siteOf('aa'), siteOf('bb')];
const startMs = Date.parse('2026-11-20T00:00:00Z');

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let nowMs: number;
let events: PassEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-close-'));
  nowMs = startMs + 3 * dayMs + hourMs;
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  world = closeWorldOf(home, duck, () => nowMs);
  events = [];
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const pass = (more: Partial<PassOptions> = {}, on = world) =>
  runPass(
    on,
    { list: async () => [a, b], isGone: async () => false },
    { untilMs: nowMs + hourMs, onEvent: (event) => events.push(event), ...more },
  );
const days = () =>
  events.flatMap((one) =>
    one.kind === 'closed' || one.kind === 'failed' ? [`${one.site} ${one.day} ${one.kind}`] : [],
  );

describe('a pass', () => {
  test('closes all frozen days of all sites, the oldest first, and leaves today', async () => {
    await appendHits(home, b, [hitOf({ time: startMs }), hitOf({ time: nowMs })]);
    await appendHits(home, a, [
      hitOf({ time: startMs + dayMs }),
      hitOf({ time: startMs + 2 * dayMs }),
    ]);
    expect(await pass()).toEqual({ closed: 3, failed: 0, oldestUnclosedMs: undefined });
    expect(days()).toEqual([
      'bb.test 2026-11-20 closed',
      'aa.test 2026-11-21 closed',
      'aa.test 2026-11-22 closed',
    ]);
    expect(events[0]).toMatchObject({ hits: 1, visits: 1, bytes: expect.any(Number) });
    expect(await pass()).toEqual({ closed: 0, failed: 0, oldestUnclosedMs: undefined });
  });

  test('a day that cannot be read is reported and tried again; the others are closed', async () => {
    await appendHits(home, a, [hitOf({ time: startMs }), hitOf({ time: startMs + dayMs })]);
    const bad = hitPartition(a.id, '2026-11-20', 0);
    const scan: Home['rows']['scan'] = (partition, range) =>
      partition === bad
        ? Promise.reject(new Error('unreadable'))
        : home.rows.scan(partition, range);
    const failing = { ...world, home: { ...home, rows: { ...home.rows, scan } } };
    expect(await pass({}, failing)).toEqual({
      closed: 1,
      failed: 1,
      oldestUnclosedMs: startMs + dayMs,
      problem: 'aa.test 2026-11-20: close failed: unreadable',
    });
    expect(days()).toEqual(['aa.test 2026-11-20 failed', 'aa.test 2026-11-21 closed']);
    expect(await pass()).toEqual({ closed: 1, failed: 0, oldestUnclosedMs: undefined });
  });

  test('a site whose days cannot be read does not keep those of others from being closed', async () => {
    await appendHits(home, a, [hitOf({ time: startMs })]);
    await appendHits(home, b, [hitOf({ time: startMs + dayMs })]);
    const scan: Home['rows']['scan'] = (partition, range) =>
      partition === daysPartition(a.id)
        ? Promise.reject(new Error('unreadable'))
        : home.rows.scan(partition, range);
    const failing = { ...world, home: { ...home, rows: { ...home.rows, scan } } };
    expect(await pass({}, failing)).toEqual({
      ...{ closed: 1, failed: 1, oldestUnclosedMs: undefined, incomplete: true },
      problem: 'aa.test: due failed: unreadable',
    });
    expect(days()).toEqual(['aa.test undefined failed', 'bb.test 2026-11-21 closed']);
  });

  test('says which day is the oldest before it closes anything: it may die of it', async () => {
    await appendHits(home, a, [hitOf({ time: startMs })]);
    const said: unknown[] = [];
    const onDue = (unclosed: unknown) => said.push(unclosed, events.length);
    await pass({ onDue });
    expect(said).toEqual([{ oldestUnclosedMs: startMs + dayMs }, 0]);
  });

  test('out of time: what was not reached is the oldest unclosed', async () => {
    await appendHits(home, a, [hitOf({ time: startMs + dayMs })]);
    expect(await pass({ untilMs: nowMs })).toEqual({
      closed: 0,
      failed: 0,
      oldestUnclosedMs: startMs + 2 * dayMs,
    });
  });

  test('on which days hits near midnight were put is forgotten when no try can ask for it', async () => {
    const claim = { day: '2026-11-20', among: ['2026-11-20'], nowMs };
    await claimDay({ home }, a.id, '0123456789abcdef', claim);
    const left = () => home.rows.count(tryPartition(a.id, 0));
    await pass();
    expect(await left()).toBe(1);
    nowMs += 4 * dayMs;
    await pass();
    expect(await left()).toBe(0);
  });

  test('late rows wait an hour, unless asked otherwise', async () => {
    await appendHits(home, a, [hitOf({ time: startMs })]);
    await pass();
    nowMs += 10 * minuteMs;
    await appendHits(home, a, [hitOf({ time: startMs })], { late: true, receivedAtMs: nowMs });
    expect((await pass()).closed).toBe(0);
    expect((await pass({ atOnce: true })).closed).toBe(1);
    await appendHits(home, a, [hitOf({ time: startMs })], { late: true, receivedAtMs: nowMs });
    nowMs += hourMs;
    expect((await pass()).closed).toBe(1);
  });
});

test('what is due beside closing is done with it, and else some hours later', async () => {
  await appendHits(home, a, [hitOf({ time: startMs })]);
  await pass();
  expect(await isUpkeepDue(world)).toBe(false);
  nowMs = Date.parse('2026-12-02T00:00:00Z');
  expect(await isUpkeepDue(world)).toBe(true);
  await pass();
  expect(events.at(-1)).toEqual({ kind: 'merged', site: 'aa.test', month: '2026-11' });
  nowMs += dayMs;
  await pass();
  nowMs += dayMs;
  await pass();
  expect(events.at(-1)).toMatchObject({ kind: 'swept' });
  expect((await home.files.list('ledger/')).every(({ name }) => name.includes('/2026-11/'))).toBe(
    true,
  );
});

test('a clock set back files a hit under a closed day: it counts', async () => {
  await appendHits(home, a, [hitOf({ time: startMs }), hitOf({ time: startMs + 1 })]);
  await pass();
  await appendHits(home, a, [hitOf({ time: startMs })]);
  expect((await pass()).closed).toBe(1);
  expect(events.filter((one) => one.kind === 'closed').at(-1)).toMatchObject({
    day: '2026-11-20',
    hits: 3,
  });
  expect(await readBooks(home, a.id)).toMatchObject([{ stored: 3 }]);
});

describe('where rows stay beside the ledger', () => {
  test('they are counted once more a day later, and then never again', async () => {
    const counted: string[] = [];
    const scan: Home['rows']['scan'] = (partition, range) => {
      counted.push(partition);
      return home.rows.scan(partition, range);
    };
    const many = {
      ...world,
      home: { ...home, writers: 'many' as const, rows: { ...home.rows, scan } },
    };
    await appendHits(home, a, [hitOf({ time: startMs }), hitOf({ time: startMs + 1 })]);
    expect((await pass({}, many)).closed).toBe(1);
    // One that came to the frozen day after all, from a writer whose clock stood still.
    await appendHits(home, a, [hitOf({ time: startMs + 2 })]);
    nowMs += dayMs;
    expect((await pass({}, many)).closed).toBe(1);
    expect(events.at(-1)).toMatchObject({ day: '2026-11-20', hits: 3 });
    counted.length = 0;
    nowMs += dayMs;
    expect((await pass({}, many)).closed).toBe(0);
    expect(counted.filter((partition) => partition.startsWith('hit/'))).toEqual([]);
    expect((await readBooks(home, a.id))[0]).toMatchObject({ stored: 3 });
  });
});

describe('the books of closed days', () => {
  const balance = (counted: number) =>
    balanceDay(home, { siteId: a.id, day: '2026-11-20', counted, beforeMs: nowMs + 1 });

  test('what was taken counts as stored', async () => {
    const hit = hitOf({ time: startMs });
    await appendHits(home, a, [hit]);
    await appendHits(home, a, [hit], { late: true, receivedAtMs: startMs + minuteMs });
    await pass();
    expect(await balance(2)).toEqual({ counted: 2, rows: 2 });
    expect(await balance(3)).toEqual({ counted: 3, rows: 2 });
    expect(await readBooks(home, a.id)).toEqual([
      { day: '2026-11-20', received: 2, stored: 2, dropped: {} },
    ]);
  });

  test('late rows count too; one from before the closing may be counted already', async () => {
    await appendHits(home, a, [hitOf({ time: startMs })]);
    await appendHits(home, a, [hitOf({ time: startMs })], { late: true, receivedAtMs: nowMs - 1 });
    const cut = {
      ...world,
      faultPoint: (point: string) => void (point === 'close.published' && fail()),
    };
    expect((await pass({}, cut)).failed).toBe(1);
    nowMs += hourMs;
    await appendHits(home, a, [hitOf({ time: startMs })], { late: true, receivedAtMs: nowMs });
    expect(await balance(3)).toEqual({ counted: 3, rows: 3 });
    await pass({ atOnce: true });
    expect(await balance(3)).toEqual({ counted: 3, rows: 3 });
  });
});

function fail(): never {
  throw new Error('cut');
}
