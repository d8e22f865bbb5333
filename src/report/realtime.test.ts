import { afterEach, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { keepErasure } from '../journal/erasures.ts';
import { hourMs, minuteMs, secondMs } from '../lib/clock.ts';
import { dayStart, zonesFrom } from '../lib/site-days.ts';
import { robotVisitor } from '../model/hit.ts';
import { type Engine, openEngine } from './engine.ts';

const site = { id: 'realtime0000', domain: 'example.com', zones: zonesFrom('UTC', 0) };
const noon = Date.parse('2026-11-22T12:00:00Z');

let engine: Engine | undefined;
afterEach(() => engine?.close());

/** An engine over an empty home, and how many rows were read from it. */
async function open({ nowMs = noon, shards = 1 } = {}) {
  const memory = openMemoryHome(shards);
  const read = { rows: 0 };
  const scan: Home['rows']['scan'] = async (partition, range) => {
    const rows = await memory.rows.scan(partition, range);
    read.rows += rows.length;
    return rows;
  };
  const home = { ...memory, rows: { ...memory.rows, scan } };
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });
  return { home, engine, read };
}

test('current visitors cost the rows of the last minutes, however many hits the day has', async () => {
  const { home, engine, read } = await open();
  const many = Array.from({ length: 5_000 }, (_, i) =>
    hitOf({ time: noon - 8 * hourMs + i * 5 * secondMs, visitor: `a${i}` }),
  );
  await appendHits(home, site, many);
  const present = ['b1', 'b2', 'b1'].map((visitor, i) => hitOf({ time: noon - i, visitor }));
  await appendHits(home, site, present);
  expect(await engine.realtime(site)).toBe(2);
  expect(await engine.realtime(site)).toBe(2);
  // The days' own rows are small, and few.
  expect(read.rows).toBeLessThan(20);
});

describe('current visitors', () => {
  test('are those with a hit of the last five minutes, in whatever partition it is', async () => {
    const { home, engine } = await open({ shards: 3 });
    const at = (agoMs: number, visitor: string) => hitOf({ time: noon - agoMs, visitor });
    await appendHits(
      home,
      site,
      Array.from({ length: 12 }, (_, i) => at(i, `c${i}`)),
    );
    await appendHits(home, site, [at(5 * minuteMs, 'd1'), at(5 * minuteMs + 1, 'd2')]);
    // Received just now, and of an hour ago: its sender says its age.
    await appendHits(home, site, [at(hourMs, 'd3')], { receivedAtMs: noon });
    await appendHits(home, site, [at(minuteMs, 'd4')], { late: true, receivedAtMs: noon });
    expect(await engine.realtime(site)).toBe(14);
  });

  test('are neither robots nor those who only left a page', async () => {
    const { home, engine } = await open();
    await appendHits(home, site, [
      hitOf({ time: noon, visitor: robotVisitor }),
      hitOf({ time: noon, visitor: 'e1', name: 'engagement', engagedMs: 1_000 }),
      hitOf({ time: noon, visitor: 'e2', name: 'Order' }),
    ]);
    expect(await engine.realtime(site)).toBe(1);
  });

  test('of a hit that was sent twice, its earliest row counts', async () => {
    const { home, engine } = await open();
    const hit = hitOf({ time: noon - 5 * minuteMs - 1, visitor: 'f1' });
    await appendHits(home, site, [hit]);
    await appendHits(home, site, [{ ...hit, time: noon }]);
    expect(await engine.realtime(site)).toBe(0);
  });

  test('are not those whose hits a wrong clock has dated ahead', async () => {
    const { home, engine } = await open();
    await appendHits(home, site, [
      hitOf({ time: noon + minuteMs, visitor: 'a1' }),
      hitOf({ time: noon + minuteMs + 1, visitor: 'a2' }),
      hitOf({ time: noon + 72 * hourMs, visitor: 'a3' }),
    ]);
    expect(await engine.realtime(site)).toBe(1);
  });

  test('are counted on both sides of midnight: each day has visitors of its own', async () => {
    const midnight = Date.parse('2026-11-23T00:00:00Z');
    const { home, engine } = await open({ nowMs: midnight + 2 * minuteMs });
    await appendHits(home, site, [
      hitOf({ time: midnight - 3 * minuteMs, visitor: 'a1' }),
      hitOf({ time: midnight - 3 * minuteMs - 1, visitor: 'a2' }),
      hitOf({ time: midnight + minuteMs, visitor: 'a1' }),
    ]);
    expect(await engine.realtime(site)).toBe(2);
  });

  test('are not those whose hits were erased', async () => {
    const { home, engine } = await open();
    await appendHits(home, site, [
      hitOf({ time: noon - 1, visitor: 'a1', page: '/private' }),
      hitOf({ time: noon - 1, visitor: 'a2' }),
    ]);
    await keepErasure(home, site.id, { madeMs: noon, pages: ['/private'] }, 'x');
    expect(await engine.realtime(site)).toBe(1);
  });

  test('a row that is no hit does not keep the others from being counted', async () => {
    const { home, engine } = await open();
    await appendHits(home, site, [hitOf({ time: noon, visitor: 'a1' })]);
    const [row] = await home.rows.scan('hit/realtime0000/2026-11-22/0');
    await home.rows.append([{ ...row!, sort: `${row!.sort}0`, value: '{' }]);
    expect(await engine.realtime(site)).toBe(1);
  });
});

test.each(['UTC', 'Asia/Kolkata', 'America/Los_Angeles'])(
  'in the first minutes of a day (%s), visitors of the last ones of the day before are there',
  async (zone) => {
    const zones = zonesFrom(zone, 0);
    const midnightMs = dayStart(zones, '2026-11-22');
    const { home, engine } = await open({ nowMs: midnightMs + 2 * minuteMs });
    const elsewhere = { ...site, id: `realtime-${zone}`, zones };
    const at = (minutes: number, visitor: string) =>
      hitOf({ time: midnightMs + minutes * minuteMs, visitor });
    await appendHits(home, elsewhere, [at(-4, 'd'), at(-3, 'a'), at(-1, 'b'), at(1, 'c')]);
    await appendHits(home, elsewhere, [at(1, 'c')]);
    // Four minutes before midnight is six minutes ago.
    expect(await engine.realtime(elsewhere)).toBe(3);
  },
);
