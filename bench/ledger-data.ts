import type { Duck, Session } from '../src/duck/duck.ts';
import type { Home } from '../src/home/home.ts';
import { dayContents, prepareDays, rollUpContents } from '../src/ledger/day-contents.ts';
import {
  type ClosedDay,
  type FileSet,
  monthOf,
  publishMonth,
  readMonth,
} from '../src/ledger/manifest.ts';
import { monthSql, rollUpOptions } from '../src/ledger/roll-up.ts';
import { saveFiles, verifyFiles } from '../src/ledger/save-files.ts';
import { addDays, type Day, type ZoneSpan } from '../src/lib/site-days.ts';
import { offsetSpans } from '../src/lib/site-hours.ts';
import { beginLoad, endLoad } from '../src/visits/load.ts';
import { merge } from '../src/visits/merge.ts';
import { createTables, dropTables } from '../src/visits/tables.ts';

/**
 * A ledger of invented traffic. It is written with closing's own SQL, but a month at a time:
 * finished months are merged, the current one is in days. The site is in UTC, so that a month has
 * one offset.
 */
export type Made = {
  readonly siteId: string;
  readonly zones: readonly ZoneSpan[];
  readonly hitsADay: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly pages: number;
};

const tables = { hits: 'made_hits', visits: 'made_visits' };

/** Writes the ledger. Gives the names of files with raw hits, over which plain SQL is measured. */
export async function makeLedger(home: Home, duck: Duck, made: Made): Promise<string[]> {
  const raw: string[] = [];
  for (const days of byMonth(made)) {
    const month = monthOf(days[0]!);
    const closed: Record<Day, ClosedDay> = {};
    let merged: FileSet | undefined;
    raw.push(`raw/${made.siteId}/${month}.parquet`);
    await duck.write(async (session) => {
      await createTables(session, tables);
      await fill(session, made, days);
      await home.files.save(raw.at(-1)!, async (path) => {
        await session.rows(`COPY ${tables.hits} TO '${path}' (FORMAT parquet)`);
      });
    });
    const finished = month < monthOf(made.lastDay);
    if (finished) merged = await save(home, duck, made, days, month);
    for (const day of days) {
      const own = finished ? undefined : await save(home, duck, made, [day], day);
      closed[day] = await closedDay(duck, day, own);
    }
    await duck.write((session) => dropTables(session, tables));
    await duck.compact();
    const row = await readMonth(home, made.siteId, month);
    await publishMonth(home, made.siteId, row, {
      schema: 1,
      days: closed,
      ...(merged && { merged }),
    });
  }
  return raw;
}

function byMonth({ firstDay, lastDay }: Made): Day[][] {
  const months: Day[][] = [];
  for (let day = firstDay; day <= lastDay; day = addDays(day, 1)) {
    const last = months.at(-1);
    if (last !== undefined && monthOf(last[0]!) === monthOf(day)) last.push(day);
    else months.push([day]);
  }
  return months;
}

let versions = 0;

async function save(
  home: Home,
  duck: Duck,
  { siteId, zones }: Made,
  days: readonly Day[],
  of: string,
): Promise<FileSet> {
  const [first, last] = [days[0]!, days.at(-1)!];
  return duck.read(async (session) => {
    const within = (table: string) =>
      `(FROM ${table} WHERE day BETWEEN DATE '${first}' AND DATE '${last}')`;
    const own = { hits: within(tables.hits), visits: within(tables.visits) };
    await prepareDays(
      session,
      own,
      days.map((day) => ({ day, spans: offsetSpans(zones, day) })),
    );
    const contents = [...dayContents(own), ...(await rollUpContents(session, own))];
    if (days.length > 1) {
      const select = monthSql('temp.rolled');
      contents.push({ kind: 'month', select, check: 'count(*)', options: rollUpOptions });
    }
    const version = (++versions).toString(16).padStart(16, '0');
    const name = { siteId, dayOrMonth: of, version };
    const { files } = await saveFiles({ home }, session, name, contents);
    return verifyFiles({ home }, session, name, { files, contents });
  }, 600_000);
}

async function closedDay(duck: Duck, day: Day, own: FileSet | undefined): Promise<ClosedDay> {
  const count = (table: string) => `(SELECT count(*) FROM ${table} WHERE day = $1::DATE)`;
  const [[hits, visits] = [0, 0]] = await duck.read((session) =>
    session.rows(`SELECT ${count(tables.hits)}, ${count(tables.visits)}`, [day]),
  );
  const counts = {
    hits: Number(hits),
    visits: Number(visits),
    taken: Number(hits),
    journalRows: Number(hits),
  };
  return { ...(own && { own }), ...counts, duplicates: 0, erased: 0, closedMs: 0 };
}

/** Fills the tables of hits and visits with these days. */
async function fill(session: Session, made: Made, days: readonly Day[]): Promise<void> {
  await beginLoad(
    session,
    days.map((day) => ({ day, spans: [{ fromMs: 0, toMs: 0, offsetMs: 0 }] })),
  );
  if (made.zones.length !== 1) throw new Error('expected one zone');
  await session.rows(insertTraffic(made, days));
  await merge(session, tables, true);
  await endLoad(session);
}

const sources = [
  ...[null, 'Google', 'Hacker News', 'Bing', 'Reddit'],
  ...['ChatGPT', 'X', 'DuckDuckGo', 'Facebook', 'YouTube'],
];
const countries = [
  ...['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'JP', 'NL', 'PL', 'ES'],
  ...['IT', 'SE', 'CA', 'AU', 'MX', 'TR', 'ID', 'NG', 'ZA', 'AR'],
];
const browsers = ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera', 'Samsung Internet'];
const systems = ['Windows', 'iOS', 'Android', 'Mac', 'GNU/Linux'];
const devices = ['Desktop', 'Mobile', 'Laptop', 'Tablet'];
const languages = ['en-US', 'de-DE', 'fr-FR', 'en-GB', 'es-ES', 'pt-BR'];

/**
 * Visitors of 1 to 9 hits, 37 seconds apart. Most of the hits are of a few pages, sources and
 * countries.
 */
function insertTraffic({ hitsADay, pages }: Made, days: readonly Day[]): string {
  const visitors = Math.round(hitsADay / 3.45);
  const dates = days.map((day) => `DATE '${day}'`).join(', ');
  return `/* bench.traffic */
    INSERT INTO fresh BY NAME
    WITH visitors AS (
      SELECT days.day, hash(days.day, n) AS visitor
      FROM (SELECT unnest([${dates}]) AS day) AS days, range(${visitors}) AS r (n)
    ), visits AS (
      SELECT day, visitor,
        epoch_ms(day::TIMESTAMP) + (${unit('start')} * 82000000)::BIGINT AS start,
        1 + floor(9 * pow(${unit('count')}, 2))::INTEGER AS count,
        ${oneOf(sources, 'source')} AS source,
        ${oneOf(countries, 'country')} AS country,
        ${oneOf(browsers, 'browser')} AS browser,
        (100 + floor(${unit('version')} * 40)::INTEGER)::VARCHAR AS browser_version,
        ${oneOf(systems, 'os')} AS os,
        (10 + floor(${unit('os_version')} * 5)::INTEGER)::VARCHAR AS os_version,
        ${oneOf(devices, 'device')} AS device,
        ${oneOf(languages, 'language')} AS language,
        CASE WHEN ${unit('utm')} < 0.1 THEN 'newsletter' END AS utm_source,
        CASE WHEN ${unit('utm')} < 0.1
          THEN 'week-' || floor(${unit('campaign')} * 20)::INTEGER END AS utm_campaign
      FROM visitors
    ), numbered AS (
      SELECT *, unnest(range(count)) AS n FROM visits
    ), named AS (
      SELECT *,
        CASE WHEN n = 0 OR ${unit('name', 'visitor, n')} < 0.8 THEN 'pageview'
          WHEN ${unit('name', 'visitor, n')} < 0.9 THEN 'Signup'
          ELSE 'engagement' END AS name
      FROM numbered
    ), hits AS (
      -- An engagement is of the page before it.
      SELECT *, CASE WHEN name = 'engagement' THEN n - 1 ELSE n END AS viewed FROM named
    )
    SELECT day, hash(visitor, n, 'id') AS id,
      start + n * 37000 AS "time", start + n * 37000 + 40 AS received,
      ((start + n * 37000) // 3600000)::INTEGER AS hour,
      name, name = 'pageview' AS pageview, true AS interactive,
      visitor, 'example.com' AS hostname,
      '/page/' || floor(${pages} * pow(${unit('page', 'visitor, viewed')}, 3))::INTEGER AS page,
      CASE WHEN name = 'engagement'
        THEN 10 + floor(90 * ${unit('depth', 'visitor, n')})::INTEGER END AS scroll_depth,
      CASE WHEN name = 'engagement'
        THEN 1000 + floor(60000 * ${unit('engaged', 'visitor, n')})::BIGINT END AS engaged_ms,
      lower(source) || '.com' AS referrer, source,
      CASE WHEN source IS NULL THEN 'Direct' ELSE 'Organic Search' END AS channel,
      utm_source, utm_campaign, browser, browser_version, os, os_version,
      device, country, language, device AS screen
    FROM hits`;
}

/** SQL for one of the values; the first ones are chosen most. */
function oneOf(values: readonly (string | null)[], seed: string): string {
  const list = values.map((value) => (value === null ? 'NULL' : `'${value}'`)).join(', ');
  return `list_extract([${list}], 1 + floor(${values.length} * pow(${unit(seed)}, 2))::INTEGER)`;
}

/** SQL for a number from 0 to 1 that is the same in every run. */
const unit = (seed: string, of = 'visitor') => `((hash(${of}, '${seed}') % 1000003) / 1000003.0)`;
