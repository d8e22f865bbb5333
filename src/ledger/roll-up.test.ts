import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { type Lease, openMounts } from '../days/mounts/mounts.ts';
import { type Duck, openDuck, type Value } from '../duck/duck.ts';
import { minuteMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import {
  type FieldDimension,
  fieldDimensions,
  rolledOfHits,
  rolledOfVisits,
} from '../model/dimensions.ts';
import type { Hit } from '../model/hit.ts';
import { rolledMeasures } from '../model/measures.ts';
import { cut } from '../visits/cut.ts';
import { createTables } from '../visits/tables.ts';
import { rollUp } from './day-contents.ts';
import { hoursSql, monthSql, rollUpSql } from './roll-up.ts';

const site = { id: 'rolluptest00', zones: zonesFrom('Europe/Berlin', 0) };
const days = ['2026-01-30', '2026-01-31', '2026-02-01'];

/** Few values of everything, so that visitors and visits share them in many ways. */
function randomHits(seed: number): Hit[] {
  let state = seed;
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  const pick = <T>(...from: T[]) => from[below(from.length)]!;
  const maybe = <T extends object>(made: T) => (below(3) === 0 ? {} : made);
  return days.flatMap((day, n) =>
    Array.from({ length: 150 }, () => {
      const props = {
        ...maybe({ plan: pick('free', 'paid', '', '(not set)') }),
        ...maybe({ ab: pick('a', 'b') }),
        ...(n === 1 ? { everywhere: 'yes' } : {}),
      };
      const name = pick('pageview', 'pageview', 'pageview', 'Signup', 'engagement');
      return hitOf({
        time: Date.parse(`${day}T01:00:00Z`) + below(22 * 60) * minuteMs,
        name,
        visitor: (16 + below(16)).toString(16),
        page: pick('/', '/a', '/b'),
        hostname: pick('example.com', 'shop.example.com', ''),
        ...maybe({ source: pick('Google', 'Bing', 'Direct / None') }),
        ...maybe({ utmSource: pick('news', 'x') }),
        ...maybe({ country: pick('DE', 'FR') }),
        ...maybe({ browser: pick('Chrome', 'Firefox') }),
        ...(below(2) === 0 ? {} : { props }),
        ...(below(5) === 0 ? { interactive: false as const } : {}),
        ...(name === 'engagement'
          ? { ...maybe({ scrollDepth: below(101) }), engagedMs: below(2) * below(9_000) }
          : {}),
      });
    }),
  );
}

type Line = Readonly<Record<string, Value>>;
type Sums = Record<string, number>;

let duck: Duck;
let lease: Lease;
let hits: Line[];
let visits: Line[];
let rollup: Line[];
beforeAll(async () => {
  const home = openMemoryHome(2);
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1 });
  const mounts = openMounts({
    home,
    duck,
    clock: () => Date.parse('2026-03-01'),
    budgetBytes: 2 ** 27,
  });
  await appendHits(home, site, randomHits(7), { late: true });
  lease = await mounts.refresh(site, days);
  const named = (names: readonly FieldDimension[]) =>
    names.map((name) => `${fieldDimensions[name].sql} AS "${name}"`);
  const entries = rolledOfHits.flatMap((name) => {
    const { entrySql } = fieldDimensions[name];
    return entrySql === undefined ? [] : [`${entrySql} AS "entry ${name}"`];
  });
  hits = await lines(
    `SELECT h.day::VARCHAR AS day, hour, visitor, visit, pageview, page,
      scroll_depth, engaged_ms, to_json(props)::VARCHAR AS props, ${named(rolledOfHits)}
      FROM ${lease.tables.hits} AS h WHERE visit IS NOT NULL`,
  );
  visits = await lines(
    `SELECT v.day::VARCHAR AS day, hour, visitor, visit, entry, pageviews, events,
      bounced, duration_ms, ${named(rolledOfVisits)}, ${entries}
      FROM ${lease.tables.visits} AS v`,
  );
  rollup = await lines(`SELECT * REPLACE (day::VARCHAR AS day) FROM (${rollUpSql(lease.tables)})`);
});
afterAll(() => duck.close());

async function lines(text: string): Promise<Line[]> {
  const [names, rows] = await duck.read(async (session) => [
    await session.rows(`SELECT column_name FROM (DESCRIBE ${text})`),
    await session.rows(text),
  ]);
  return rows.map((row) => Object.fromEntries(names!.map(([name], i) => [String(name), row[i]!])));
}

test('of many hits, each dimension is counted by itself, with the same rows', async () => {
  const sql = rollUpSql(lease.tables, true);
  const counted = await lines(`SELECT * REPLACE (day::VARCHAR AS day) FROM (${sql})`);
  expect(counted).toEqual(rollup);
});

test('of more than fit, one dimension is counted after the other, with the same rows', async () => {
  const text = 'SELECT * REPLACE (day::VARCHAR AS day) FROM counted ORDER BY dimension, day, value';
  await duck.step(async (session) => {
    await rollUp(session, lease.tables, { rolled: 'counted', hours: 'counted_hours' }, 100);
    const rows = await session.rows(text);
    expect(rows).toEqual(rollup.map((line) => Object.values(line)));
  });
});

test('of many hits, the visits of some visitors after the other are cut, and are the same', async () => {
  await duck.step(async (session) => {
    const own = { hits: 'own_hits', visits: 'own_visits' };
    await createTables(session, own, 'TEMP TABLE');
    await session.rows(`INSERT INTO own_hits FROM ${lease.tables.hits}`);
    await cut(session, 'own_hits', 'own_visits', 10);
    for (const kind of ['hits', 'visits'] as const) {
      const rows = (table: string) => session.rows(`FROM ${table} ORDER BY ALL`);
      expect(await rows(own[kind])).toEqual(await rows(lease.tables[kind]));
    }
  });
});

const distinct = (of: readonly Line[], name: string) => new Set(of.map((line) => line[name])).size;
const total = (of: readonly Line[], name: string) =>
  of.reduce((sum, line) => sum + Number(line[name]), 0);
const staying = (of: readonly Line[]): Sums => ({
  stays: of.length,
  bounces: of.filter(({ bounced }) => bounced).length,
  duration_ms: total(of, 'duration_ms'),
  views: total(of, 'pageviews'),
});
const seeing = (of: readonly Line[]): Sums => ({
  visitors: distinct(of, 'visitor'),
  visits: distinct(of, 'visit'),
  pageviews: of.filter(({ pageview }) => pageview).length,
  events: of.length,
});
function reading(of: readonly Line[]): Sums {
  const sums = { depth: 0, depths: 0, engaged_ms: 0, engagements: 0 };
  for (const visit of new Set(of.map((line) => line['visit']))) {
    const own = of.filter((line) => line['visit'] === visit);
    const depths = own.flatMap((line) =>
      line['scroll_depth'] === null ? [] : [Number(line['scroll_depth'])],
    );
    if (depths.length > 0) sums.depths++;
    sums.depth += Math.max(0, ...depths);
    sums.engaged_ms += total(own, 'engaged_ms');
    if (total(own, 'engaged_ms') > 0) sums.engagements++;
  }
  return sums;
}
const whole = (sums: Sums): number[] => rolledMeasures.map((name) => sums[name] ?? 0);
const shown = (line: Line) => rolledMeasures.map((name) => Number(line[name]));

function groupBy(of: readonly Line[], name: string): Map<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const line of of)
    groups.set(String(line[name]), [...(groups.get(String(line[name])) ?? []), line]);
  return groups;
}

/** Value → measures, of one dimension on one day, by loops. */
function expected(day: string, dimension: string): Record<string, number[]> {
  const hitsOf = hits.filter((hit) => hit['day'] === day);
  const visitsOf = visits.filter((visit) => visit['day'] === day);
  if (dimension === '') return { '': whole({ ...seeing(hitsOf), ...staying(visitsOf) }) };
  if (rolledOfVisits.some((name) => name === dimension)) {
    const groups = [...groupBy(visitsOf, dimension)].map(([value, of]) => {
      const ids = new Set(of.map(({ visit }) => visit));
      return [
        value,
        whole({ ...seeing(hitsOf.filter(({ visit }) => ids.has(visit!))), ...staying(of) }),
      ];
    });
    return Object.fromEntries(groups);
  }
  const valued = hitsOf.map((hit) => ({ ...hit, value: hit[dimension] ?? propOf(hit, dimension) }));
  const began = visitsOf.filter(({ entry }) => entry !== null);
  const entries =
    `entry ${dimension}` in (began[0] ?? {})
      ? groupBy(began, `entry ${dimension}`)
      : new Map<string, Line[]>();
  return Object.fromEntries(
    [...groupBy(valued, 'value')].map(([value, of]) => [
      value,
      whole({
        ...seeing(of),
        ...staying(entries.get(value) ?? []),
        ...(dimension === 'event:page' ? reading(of) : {}),
      }),
    ]),
  );
}
function propOf(hit: Line, dimension: string): string {
  const props = JSON.parse(String(hit['props'] ?? '{}')) as Record<string, string> | null;
  return props?.[dimension.slice('event:props:'.length)] || '(not set)';
}
const rolled = (of: readonly Line[], dimension: string) =>
  Object.fromEntries(
    of
      .filter((line) => line['dimension'] === dimension)
      .map((line) => [line['value'], shown(line)]),
  );

const dimensions = ['', ...rolledOfHits, ...rolledOfVisits, 'event:props:plan', 'event:props:ab'];

test('the traffic has what can go wrong in it', () => {
  expect(hits.length).toBeGreaterThan(250);
  expect(visits.some(({ entry }) => entry === null)).toBe(true);
  expect(Object.keys(expected(days[0]!, 'event:props:plan'))).toEqual(
    expect.arrayContaining(['free', 'paid', '(not set)']),
  );
  expect(expected(days[0]!, 'event:page')['/']).not.toContain(0);
});

test.each(days.flatMap((day) => dimensions.map((dimension) => [day, dimension] as const)))(
  '%s %s: what a loop counts',
  (day, dimension) => {
    expect(
      rolled(
        rollup.filter((line) => line['day'] === day),
        dimension,
      ),
    ).toEqual(expected(day, dimension));
  },
);

test('a property that all hits have leaves nothing unset, and is absent on other days', () => {
  const rows = rollup.filter(({ dimension }) => dimension === 'event:props:everywhere');
  const all = hits.filter(({ day, props }) => day === days[1] && props !== null);
  expect(new Set(rows.map(({ day }) => day))).toEqual(new Set([days[1]]));
  expect(rows.find(({ value }) => value === 'yes')?.['events']).toBe(BigInt(all.length));
});

test('rows are in order of dimension, day and value', () => {
  const keys = rollup.map(({ dimension, day, value }) => [dimension, day, value].join('\u0000'));
  expect(keys).toEqual([...keys].sort());
});

test('hours: hits at their own hour, visits at that of their first hit', async () => {
  const hours = await lines(
    `SELECT * REPLACE (day::VARCHAR AS day) FROM (${hoursSql(lease.tables)})`,
  );
  const named = new Set([...hits, ...visits].map(({ hour }) => hour));
  expect(hours.map(({ hour }) => hour)).toEqual([...named].sort((a, b) => Number(a) - Number(b)));
  for (const line of hours) {
    const at = (of: readonly Line[]) => of.filter(({ hour }) => hour === line['hour']);
    expect(shown(line)).toEqual(
      whole({ ...seeing(at(hits)), ...staying(at(visits)), visits: at(visits).length }),
    );
  }
});

test('month: the sums of its days, those that lack a property included', async () => {
  const january = `(FROM (${rollUpSql(lease.tables)}) WHERE day < DATE '2026-02-01')`;
  const month = await lines(
    `SELECT * REPLACE (month::VARCHAR AS month) FROM (${monthSql(january)})`,
  );
  expect(new Set(month.map((line) => line['month']))).toEqual(new Set(['2026-01-01']));
  for (const dimension of [...dimensions, 'event:props:everywhere']) {
    const sums: Record<string, number[]> = {};
    for (const day of days.slice(0, 2)) {
      for (const [value, counted] of Object.entries(expected(day, dimension)))
        sums[value] = counted.map((n, i) => n + (sums[value]?.[i] ?? 0));
    }
    expect(rolled(month, dimension), dimension).toEqual(sums);
  }
});
