import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../../test/support/hits.ts';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import { type Duck, openDuck, type Value } from '../../duck/duck.ts';
import type { Home } from '../../home/home.ts';
import { minuteMs } from '../../lib/clock.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { type Mounts, openMounts } from './mounts.ts';

const site = { id: 'mounttest000', zones: zonesFrom('UTC', 0) };
const day = '2026-11-22';
const startMs = Date.parse(`${day}T10:00:00Z`);
const at = (minutes: number) => startMs + minutes * minuteMs;

let home: Home;
let duck: Duck;
let mounts: Mounts;
let nowMs: number;
beforeEach(async () => {
  nowMs = at(300);
  home = openMemoryHome(2);
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1 });
  mounts = openMounts({ home, duck, clock: () => nowMs, budgetBytes: 2 ** 27 });
});
afterEach(() => duck.close());

/** Rows of the mounted day; `hits` and `visits` in the text stand for its tables. */
async function select(text: string, of = day): Promise<Value[][]> {
  const lease = await mounts.refresh(site, [of]);
  const { hits, visits } = lease.tables;
  const rows = await duck.read((session) =>
    session.rows(text.replace(/\bhits\b/g, hits).replace(/\bvisits\b/g, visits)),
  );
  lease.release();
  return rows;
}
const visitRows = () =>
  select(
    'SELECT pageviews, events, bounced, duration_ms::INTEGER FROM visits ORDER BY visitor, "time"',
  );
const append = (...hits: Hit[]) => appendHits(home, site, hits);

describe('visits', () => {
  const view = (minutes: number, more: Partial<Hit> = {}) => hitOf({ time: at(minutes), ...more });
  test.each<
    [string, Hit[], [pageviews: number, events: number, bounced: boolean, durationMs: number][]]
  >([
    ['one pageview bounced', [view(0)], [[1, 1, true, 0]]],
    ['two did not', [view(0), view(5)], [[2, 2, false, 5 * minuteMs]]],
    ['a gap of 30 minutes is none', [view(0), view(30)], [[2, 2, false, 30 * minuteMs]]],
    [
      'a ms more parts',
      [view(0), hitOf({ time: at(30) + 1 })],
      [
        [1, 1, true, 0],
        [1, 1, true, 0],
      ],
    ],
    [
      'an event is a second step',
      [view(0), view(1, { name: 'Signup' })],
      [[1, 2, false, minuteMs]],
    ],
    [
      'unless it is not interactive',
      [view(0), view(1, { name: 'Scroll', interactive: false })],
      [[1, 2, true, minuteMs]],
    ],
    [
      'whichever came first',
      [view(0, { name: 'Scroll', interactive: false }), view(1)],
      [[1, 2, true, minuteMs]],
    ],
    [
      'an engagement is no step and bridges no gap',
      [view(0), view(20, { name: 'engagement' }), view(40)],
      [
        [1, 1, true, 0],
        [1, 1, true, 0],
      ],
    ],
    ['an engagement alone is no visit', [view(0, { name: 'engagement' })], []],
    [
      'visitors are apart',
      [view(0), view(1, { visitor: 'bb' })],
      [
        [1, 1, true, 0],
        [1, 1, true, 0],
      ],
    ],
  ])('%s', async (_, hits, visits) => {
    await append(...hits);
    expect(await visitRows()).toEqual(visits);
    // Piece by piece, in the other order of coming, it is the same.
    const other = { ...site, id: 'other0000000' };
    for (const hit of hits.toReversed()) {
      await appendHits(home, other, [hit], { receivedAtMs: nowMs - 1 });
      (await mounts.refresh(other, [day])).release();
    }
    const lease = await mounts.refresh(other, [day]);
    const text =
      `SELECT pageviews, events, bounced, duration_ms::INTEGER FROM ${lease.tables.visits} ` +
      'ORDER BY visitor, "time"';
    expect(await duck.read((session) => session.rows(text))).toEqual(visits);
  });

  test('a visit has the dimensions of its first hit, entry and exit of its pageviews', async () => {
    await append(
      hitOf({ time: at(0), name: 'Open', page: '/event', source: 'Google', country: 'DE' }),
      hitOf({ time: at(1), page: '/a', hostname: 'a.com', source: 'Bing', country: '' }),
      hitOf({ time: at(2), page: '/b', hostname: '' }),
      hitOf({ time: at(3), name: 'Close', page: '/c' }),
    );
    const columns = 'source, country, entry_page, entry_hostname, exit_page, exit_hostname';
    expect(await select(`SELECT ${columns} FROM visits`)).toEqual([
      ['Google', 'DE', '/a', 'a.com', '/b', null],
    ]);
  });

  test('hits at one moment are in order of their ids', async () => {
    await append(
      hitOf({ id: 'ffffffffffffffff', time: at(0), page: '/z' }),
      hitOf({ id: '0000000000000001', time: at(0), page: '/a' }),
    );
    expect(await select('SELECT entry_page, exit_page FROM visits')).toEqual([['/a', '/z']]);
  });
});

describe('engagement', () => {
  const ping = (minutes: number, page: string, scrollDepth: number, engagedMs: number) =>
    hitOf({ time: at(minutes), name: 'engagement', page, scrollDepth, engagedMs });
  const views = () =>
    select('SELECT page, scroll_depth, engaged_ms FROM hits WHERE pageview ORDER BY "time"');

  test('belongs to the latest pageview of its page: deepest scroll, sum of times', async () => {
    await append(
      hitOf({ time: at(0), page: '/a' }),
      hitOf({ time: at(5), page: '/b' }),
      hitOf({ time: at(10), page: '/a' }),
    );
    await append(
      ping(1, '/a', 20, 1_000),
      ping(2, '/a', 60, 500),
      ping(11, '/a', 30, 700),
      ping(12, '/none', 99, 9),
    );
    expect(await views()).toEqual([
      ['/a', 60, 1_500n],
      ['/b', null, null],
      ['/a', 30, 700n],
    ]);
    await appendHits(home, site, [ping(20, '/b', 10, 100)], { receivedAtMs: nowMs });
    expect(await views()).toEqual([
      ['/a', 60, 1_500n],
      ['/b', 10, 100n],
      ['/a', 30, 700n],
    ]);
  });
});

describe('each hit once', () => {
  const twice = hitOf({ time: at(0), page: '/first' });
  const pages = () => select('SELECT page FROM hits ORDER BY page');

  test('of two of one id, the one received first, also when it is seen last', async () => {
    await appendHits(home, site, [{ ...twice, page: '/second' }], { receivedAtMs: nowMs });
    expect(await pages()).toEqual([['/second']]);
    await appendHits(home, site, [twice], { receivedAtMs: nowMs - 5_000, late: true });
    expect(await pages()).toEqual([['/first']]);
    await appendHits(home, site, [{ ...twice, page: '/third' }], { receivedAtMs: nowMs + 1 });
    expect(await pages()).toEqual([['/first']]);
    expect(await select('SELECT entry_page, events FROM visits')).toEqual([['/first', 1]]);
  });

  test('rows read again change nothing', async () => {
    await append(twice, hitOf({ time: at(1) }));
    for (let i = 0; i < 3; i++)
      expect(await select('SELECT count(*)::INTEGER, sum(events)::INTEGER FROM visits')).toEqual([
        [1, 2],
      ]);
  });

  test('a quiet day is not read again', async () => {
    await appendHits(home, site, [twice, hitOf({ time: at(1) })], { receivedAtMs: at(2) });
    await pages();
    const seen: number[] = [];
    const scan = home.rows.scan;
    Object.assign(home.rows, {
      scan: async (...args: Parameters<typeof scan>) => {
        const rows = await scan(...args);
        seen.push(rows.length);
        return rows;
      },
    });
    expect(await pages()).toHaveLength(2);
    expect(seen.reduce((sum, n) => sum + n, 0)).toBe(0);
  });
});

test('what is no hit, or half a character, hides no other', async () => {
  const rows = ['null', '[]', '{}', '"text"', 'not JSON', '{"id":"zz","time":"x"}'].map(
    (value, i) => ({
      partition: `hit/${site.id}/${day}/0`,
      sort: `${String(at(i)).padStart(13, '0')}/000000000000000${i}`,
      value,
    }),
  );
  await home.rows.append(rows);
  await append(hitOf({ time: at(0), page: '/\ud800' }), hitOf({ time: at(1), page: '/\u0000' }));
  expect(await select('SELECT page FROM hits ORDER BY "time"')).toEqual([['/%EF%BF%BD'], ['/%00']]);
});

test('callers at once share readings, and each sees what existed before its call', async () => {
  await append(hitOf({ time: at(0) }));
  const first = mounts.refresh(site, [day]);
  await append(hitOf({ time: at(1) }));
  const counted = [first, ...Array.from({ length: 5 }, () => mounts.refresh(site, [day]))].map(
    async (refreshing, i) => {
      const lease = await refreshing;
      const rows = await duck.read((session) =>
        session.rows(`SELECT count(*)::INTEGER FROM ${lease.tables.hits}`),
      );
      lease.release();
      return i === 0 ? 2 : rows[0]![0];
    },
  );
  expect(await Promise.all(counted)).toEqual([2, 2, 2, 2, 2, 2]);
});

test('a failed reading is no reading: the next one has all', async () => {
  await append(hitOf({ time: at(0) }));
  const scan = home.rows.scan;
  Object.assign(home.rows, { scan: () => Promise.reject(new Error('no disk')) });
  await expect(mounts.refresh(site, [day])).rejects.toThrow('no disk');
  Object.assign(home.rows, { scan });
  expect(await select('SELECT count(*)::INTEGER FROM hits')).toEqual([[1]]);
});

describe('memory', () => {
  const of = (minute: number) => `2026-11-${10 + minute}`;
  const counted = async (from: Mounts, days: string[]) => {
    const lease = await from.refresh(site, days);
    const rows = await duck.read((session) =>
      session.rows(`SELECT count(*)::INTEGER FROM ${lease.tables.hits}`),
    );
    lease.release();
    return rows[0]![0];
  };
  const fill = (id: string, day: string) => {
    const hit = hitOf({ time: Date.parse(day), page: '/'.padEnd(1_000, 'x') });
    return appendHits(home, { ...site, id }, [hit], { receivedAtMs: nowMs });
  };
  const tables = () =>
    duck.read(async (session) =>
      Number((await session.rows('SELECT count(*) FROM duckdb_tables()'))[0]![0]),
    );

  test('days are released, least used first, none in use; a new mount is whole', async () => {
    const small = openMounts({ home, duck, clock: () => nowMs, budgetBytes: 1_710_000 });
    const days = Array.from({ length: 6 }, (_, i) => of(i));
    for (const day of days) await fill(site.id, day);
    const inUse = await small.refresh(site, days);
    expect(small.bytes()).toBeGreaterThan(1_710_000);
    inUse.release();
    expect(small.bytes()).toBeLessThanOrEqual(1_710_000);
    await expect.poll(() => counted(small, [of(5)])).toBeLessThan(6);
    expect(await counted(small, [of(5)])).toBeGreaterThan(0);
    const again = await small.refresh(site, days);
    const text = `SELECT count(*)::INTEGER, count(DISTINCT day)::INTEGER FROM ${again.tables.hits}`;
    expect(await duck.read((session) => session.rows(text))).toEqual([[6, 6]]);
    again.release();
  });

  test('a site of which nothing is left has no tables', async () => {
    const small = openMounts({ home, duck, clock: () => nowMs, budgetBytes: 1 });
    await fill(site.id, of(0));
    (await small.refresh(site, [of(0)])).release();
    expect(small.bytes()).toBe(0);
    await expect.poll(tables).toBe(0);
    expect(await counted(small, [of(0)])).toBe(1);
  });
});
