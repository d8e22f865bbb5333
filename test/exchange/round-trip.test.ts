import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAnnotation, readAnnotations } from '../../src/account/annotations.ts';
import { addGoal } from '../../src/account/goals.ts';
import type { Site } from '../../src/account/site.ts';
import { eraseHits } from '../../src/close/erase-hits.ts';
import { readBooks } from '../../src/days/books.ts';
import { describeFile, type ExportFile } from '../../src/exchange/export-file.ts';
import { readMonths } from '../../src/ledger/manifest.ts';
import { normalizedPage } from '../../src/lib/page-path.ts';
import { changeZone, dayStart } from '../../src/lib/site-days.ts';
import { rolledOfHits, rolledOfVisits } from '../../src/model/dimensions.ts';
import { textFields } from '../../src/model/fields.ts';
import { type Hit, robotVisitor } from '../../src/model/hit.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { allCases } from '../support/real-app.ts';
import { linesOf, openTestDaybook, type TestDaybook } from '../support/test-daybook.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-10-20T12:00:00Z');
const nowMs = Date.parse('2026-10-28T12:00:00Z');
const clock = () => nowMs;

let outside: string;
let old: TestDaybook;
let fresh: TestDaybook;
let site: Site;
beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'daybook-outside-'));
  old = await openTestDaybook(clock, outside);
  await old.sites.add('example.com', { timezone: 'Europe/Berlin', week_starts: 'sunday' });
  site = await old.sites.change('example.com', (made) => ({
    ...addGoal(addGoal(made, { event: 'Buy', currency: 'EUR' }).site, {
      page: '/thanks/**',
      name: 'Thanks',
    }).site,
    segments: [
      { id: '0b7e93a1', name: 'T', filters: [['has_done', ['is', 'event:goal', ['Thanks']]]] },
    ],
    createdMs: startMs,
    zones: changeZone(
      [{ ...made.zones[0]!, fromDay: '2026-10-20', fromMs: startMs }],
      'Asia/Kathmandu',
      startMs + 3 * 86_400_000,
    ),
  }));
  await fill();
  const ids = ['00000001', '00000002'];
  for (const fields of [
    { date: '2026-10-22', text: 'Launch' },
    { date: '2026-10-23T10:00:00Z', text: 'The press wrote' },
  ])
    await addAnnotation(old.home, site.id, fields, () => ids.shift()!);
});
afterAll(async () => {
  await old.close();
  await rm(outside, { recursive: true });
});
beforeEach(async () => {
  fresh = await openTestDaybook(clock, outside);
});
afterEach(() => fresh.close());

let tests = 0;
/** A folder for a test's own exports. */
let own: string;
beforeEach(() => {
  own = join(outside, String(++tests));
});

/** September is merged by now. */
const days = [
  '2026-09-01',
  '2026-09-30',
  '2026-10-20',
  '2026-10-22',
  '2026-10-23',
  '2026-10-24',
  '2026-10-25',
  '2026-10-28',
];
const odd = ['', '=1+1', "'=x", '"quoted", and\nbroken', 'ü 🎉', ' \t', '\\', '{"a":1}'];

/** Hits with every field, in every day, of visitors whose ids use all 64 bits. */
function traffic(): Hit[] {
  return days.flatMap((day, n) => {
    const atMs = dayStart(site.zones, day) + 30 * minuteMs;
    const visitor = (i: number) => (0xf000_0000_0000_0000n + BigInt(n * 16 + i)).toString(16);
    return [
      hitOf({
        time: atMs,
        visitor: visitor(0),
        page: '/a',
        source: 'Google',
        channel: 'Organic Search',
        country: 'DE',
        region: 'DE-BE',
        city: 'Berlin',
        browser: 'Firefox',
        browserVersion: '130',
        os: 'Linux',
        osVersion: '6',
        device: 'Desktop',
        screen: 'Laptop',
        language: 'de-DE',
        referrer: 'google.com/search',
        utmSource: 's',
        utmMedium: 'm',
        utmCampaign: 'c',
        utmContent: 'o',
        utmTerm: 't',
        title: 'Start',
      }),
      hitOf({ time: atMs, visitor: robotVisitor, page: '/a', robot: 'curl', title: 'Start' }),
      hitOf({
        time: atMs + 2 * minuteMs,
        visitor: visitor(0),
        name: 'engagement',
        page: '/a',
        scrollDepth: 40,
        engagedMs: 90_000,
      }),
      hitOf({
        time: atMs + 3 * minuteMs,
        visitor: visitor(0),
        name: 'engagement',
        page: '/a',
        scrollDepth: 80,
      }),
      hitOf({
        time: atMs + 5 * minuteMs,
        visitor: visitor(0),
        name: 'Buy',
        page: '/shop',
        revenue: { currency: 'EUR', amount: 19.995 },
        props: { plan: 'pro', ['__proto__']: '=1' },
      }),
      hitOf({
        time: atMs + 50 * minuteMs,
        visitor: visitor(0),
        page: '/thanks/you',
        interactive: false,
        name: 'Note',
      }),
      hitOf({
        id: (0xffff_ffff_0000_0000n + BigInt(n)).toString(16),
        time: atMs + 7,
        visitor: visitor(1),
        hostname: '',
        page: '/deploy',
        sent: { userAgent: 'curl', n: 1.5, deep: { a: [1, null, 'x'] } },
      }),
      ...odd.map((page, i) =>
        hitOf({
          time: atMs + i,
          visitor: visitor(2),
          page,
          props: { odd: page },
          ...(page !== '' && { city: page }),
        }),
      ),
    ];
  });
}

/** Closed days, a closed one with late hits, and an open one. */
async function fill(): Promise<void> {
  await appendHits(old.home, site, traffic());
  await old.closeDue(site);
  await appendHits(
    old.home,
    site,
    [
      hitOf({
        time: dayStart(site.zones, '2026-10-22') + 31 * minuteMs,
        page: '/late',
        visitor: 'f000000000000030',
      }),
    ],
    { late: true, receivedAtMs: nowMs },
  );
}

const range = ['2026-09-01', '2026-10-28'];
const dimensions = [
  ...rolledOfVisits,
  ...rolledOfHits,
  'event:props:plan',
  'event:props:odd',
  'event:goal',
];
/** What a dashboard may ask, and more. */
const queries = [
  {
    metrics: [
      'visitors',
      'visits',
      'pageviews',
      'events',
      'views_per_visit',
      'bounce_rate',
      'visit_duration',
    ],
    date_range: 'all',
  },
  ...['time:hour', 'time:day', 'time:week', 'time:month'].map((time) => ({
    metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate'],
    date_range: range,
    dimensions: [time],
  })),
  ...dimensions.map((dimension) => ({
    metrics: ['visitors', 'events'],
    date_range: range,
    dimensions: [dimension],
  })),
  { metrics: ['events'], date_range: range, dimensions: ['event:robot', 'event:page_title'] },
  {
    metrics: ['visitors', 'scroll_depth', 'time_on_page'],
    date_range: range,
    dimensions: ['event:page'],
  },
  {
    metrics: ['visitors', 'conversion_rate', 'total_revenue', 'average_revenue'],
    date_range: range,
    filters: [['is', 'event:goal', ['Buy']]],
  },
  {
    metrics: ['visitors', 'bounce_rate'],
    date_range: ['2026-10-22', '2026-10-24'],
    dimensions: ['visit:country', 'time:day'],
    filters: [['is', 'segment', ['0b7e93a1']]],
  },
];

async function reportsOf(daybook: TestDaybook, of: Site) {
  const answers: unknown[] = [];
  for (const query of queries) answers.push(await daybook.report(of, query));
  return answers;
}

// Both of them in `npm run long -- cases`.
const formats = allCases ? (['parquet', 'ndjson'] as const) : (['parquet'] as const);
describe.each(formats)('an export as %s', (format) => {
  test('brought into a fresh home, gives the same hits and the same site', async () => {
    const exported = await old.exportTo(join(own, 'a'), site, format);
    expect(exported).toMatchObject({ days, hits: traffic().length + 1 });
    const { site: made, days: imported } = await fresh.importFrom(join(own, 'a'), 'example.com');
    expect(made).toEqual({ ...site, id: made.id });
    const noted = await readAnnotations(fresh.home, made);
    expect(noted).toEqual(await readAnnotations(old.home, site));
    expect(noted.map(({ text }) => text)).toEqual(['Launch', 'The press wrote']);
    expect(imported.map(({ taken }) => taken).reduce((a, b) => a + b)).toBe(exported.hits);

    await old.exportTo(join(own, 'b'), site, 'ndjson');
    await fresh.exportTo(join(own, 'c'), made, 'ndjson');
    const without = (lines: string[]) =>
      lines.map((line) => ({ ...JSON.parse(line), delay_ms: 0 }));
    // Of the open day, what was brought in came now.
    const reports = await reportsOf(old, site);
    expect(reports[0]).toEqual([
      {
        dimensions: [],
        metrics: [
          3 * days.length,
          expect.any(Number),
          expect.any(Number),
          expect.any(Number),
          expect.any(Number),
          expect.any(Number),
          expect.any(Number),
        ],
      },
    ]);
    for (const [i, answer] of (await reportsOf(fresh, made)).entries())
      expect(answer, JSON.stringify(queries[i])).toEqual(reports[i]);
    expect(without(await linesOf(join(own, 'c')))).toEqual(without(await linesOf(join(own, 'b'))));
    const frozen = (lines: string[]) =>
      lines.filter((line) => !line.includes('"day":"2026-10-28"'));
    expect(frozen(await linesOf(join(own, 'c')))).toEqual(frozen(await linesOf(join(own, 'b'))));
  });

  test('brought in twice, changes nothing, and the books balance', async () => {
    await old.exportTo(join(own, 'a'), site, format);
    const { site: made } = await fresh.importFrom(join(own, 'a'), 'other.com');
    const again = await fresh.importFrom(join(own, 'a'), 'other.com');
    expect(again.site).toEqual(made);
    expect(again.days.every(({ taken, known }) => taken === 0 && known > 0)).toBe(true);
    const closed = (await readMonths(fresh.home, made.id)).flatMap(({ content }) =>
      Object.entries(content.days),
    );
    expect(closed.map(([day]) => day)).toEqual(days.slice(0, -1));
    const books = new Map(
      (await readBooks(fresh.home, made.id)).map(({ day, stored }) => [day, stored]),
    );
    for (const [day, { hits, taken, duplicates }] of closed)
      expect([day, hits, duplicates, taken]).toEqual([day, hits, 0, books.get(day)]);
  });
});

test('an export of an earlier schema: what came since is not set', async () => {
  const folder = join(own, 'a');
  await old.exportTo(folder, site, 'parquet');
  await asOfSchemaOne(folder);
  const { site: made } = await fresh.importFrom(folder, 'example.com');
  const ask = (daybook: TestDaybook, of: Site, dimension: string) =>
    daybook.report(of, { metrics: ['events'], date_range: range, dimensions: [dimension] });
  expect(await ask(fresh, made, 'event:page')).toEqual(await ask(old, site, 'event:page'));
  const [all] = await old.report(site, { metrics: ['events'], date_range: range });
  const unset = (metrics: unknown) => [{ dimensions: ['(not set)'], metrics }];
  expect(await ask(fresh, made, 'event:page_title')).toEqual(unset(all!.metrics));
  expect(await ask(fresh, made, 'event:robot')).toEqual(unset([days.length]));
});

/** Makes an export what it was before there were fields of a later schema. */
async function asOfSchemaOne(folder: string): Promise<void> {
  const newer = textFields.filter(({ since }) => since > 1).map(({ column }) => column);
  expect(newer).not.toEqual([]);
  const page = join(folder, 'export.json');
  const content = JSON.parse(await readFile(page, 'utf8')) as ExportFile;
  const days: ExportFile['days'][number][] = [];
  for (const day of content.days) {
    const path = join(folder, day.file);
    await old.duck.read((session) =>
      session.rows(`COPY (SELECT * EXCLUDE (${newer.join(', ')}) FROM read_parquet('${path}'))
        TO '${path}.old' (FORMAT parquet)`),
    );
    await rename(`${path}.old`, path);
    days.push({ ...day, ...(await describeFile(path)) });
  }
  await writeFile(page, JSON.stringify({ ...content, schema: 1, days }));
}

describe('an export is refused', () => {
  const refused = async (change: (folder: string) => Promise<void>, problem: RegExp) => {
    const folder = join(own, 'a');
    await old.exportTo(folder, site, 'parquet');
    await change(folder);
    await expect(fresh.importFrom(folder, 'example.com')).rejects.toThrow(problem);
    expect(await fresh.sites.list()).toEqual([]);
  };
  const file = (folder: string) => join(folder, 'hits', `${days[0]}.parquet`);
  const page = (folder: string) => join(folder, 'export.json');
  const replace = async (folder: string, from: RegExp, to: string) =>
    writeFile(page(folder), (await readFile(page(folder), 'utf8')).replace(from, to));

  test.each<[string, (folder: string) => Promise<void>, RegExp]>([
    [
      'a file is longer',
      (folder) => appendFile(file(folder), 'x'),
      /2026-09-01.parquet: expected \d+ bytes, got \d+/,
    ],
    [
      'a bit is flipped',
      async (folder) => {
        const bytes = await readFile(file(folder));
        bytes[100]! ^= 1;
        await writeFile(file(folder), bytes);
      },
      /2026-09-01.parquet was changed: expected SHA-256 [0-9a-f]{64}, got/,
    ],
    [
      'a file is missing',
      (folder) => unlink(file(folder)),
      /2026-09-01.parquet: expected \d+ bytes, but it is not there/,
    ],
    [
      'it was cut',
      (folder) => unlink(page(folder)),
      /expected the folder of a finished export, but it has no export.json/,
    ],
    ['it is no JSON', (folder) => writeFile(page(folder), '{'), /export.json: expected JSON/],
    [
      'it is something else',
      (folder) => writeFile(page(folder), '{}'),
      /expected an export of Daybook/,
    ],
    [
      'it is newer',
      (folder) => replace(folder, /"schema": \d+/, '"schema": 99'),
      /expected a schema from 1 to \d+, got 99/,
    ],
    [
      'it leads elsewhere',
      (folder) => replace(folder, /"hits\/2026-09-01/, '"../2026-09-01'),
      /expected days/,
    ],
    [
      'a zone is none',
      (folder) => replace(folder, /Europe\/Berlin/, 'Europe/Atlantis'),
      /expected site.zones/,
    ],
  ])('where %s', (_, change, problem) => refused(change, problem));

  test('as csv, which is for spreadsheets', async () => {
    await old.exportTo(join(own, 'a'), site, 'csv');
    await expect(fresh.importFrom(join(own, 'a'), 'example.com')).rejects.toThrow(
      /expected an export as parquet or ndjson, got csv/,
    );
  });

  test('where the site cuts its days otherwise', async () => {
    await old.exportTo(join(own, 'a'), site, 'parquet');
    await fresh.sites.add('example.com', { timezone: 'UTC' });
    await expect(fresh.importFrom(join(own, 'a'), 'example.com')).rejects.toThrow(
      /2026-09-01 is cut otherwise/,
    );
  });
});

test('one that was ended early is gone on with, and its hits are there once', async () => {
  await old.exportTo(join(own, 'part'), site, 'ndjson', { to: '2026-10-22' });
  await old.exportTo(join(own, 'all'), site, 'parquet');
  const { days: part } = await fresh.importFrom(join(own, 'part'), 'example.com');
  const { site: made, days: rest } = await fresh.importFrom(join(own, 'all'), 'example.com');
  const sum = (of: 'taken' | 'known', list: typeof rest) =>
    list.reduce((all, day) => all + day[of], 0);
  expect(sum('known', rest)).toBe(sum('taken', part));
  expect(sum('taken', part)).toBeGreaterThan(0);
  for (const query of queries.slice(0, 5))
    expect(await fresh.report(made, query)).toEqual(await old.report(site, query));
});

test('a day that the site keeps no longer is left out', async () => {
  await old.exportTo(join(own, 'all'), site, 'parquet');
  const { site: made } = await fresh.importFrom(join(own, 'all'), 'example.com');
  const short = await fresh.sites.set(made.domain, { keep_hits_days: 7 });
  const again = await fresh.importFrom(join(own, 'all'), short.domain);
  const old7 = days.filter((day) => day < '2026-10-21');
  expect(again.days.filter(({ tooOld }) => tooOld > 0).map(({ day }) => day)).toEqual(old7);
});

test('erased hits are in no export, before or after closing; no import restores them', async () => {
  await old.exportTo(join(own, 'all'), site, 'parquet');
  const { site: made } = await fresh.importFrom(join(own, 'all'), 'example.com');
  const world = { home: fresh.home, sites: fresh.sites, clock, random: randomBytes };
  await eraseHits(world, made.domain, { page: '/a' });
  const exported = async (name: string) => {
    await fresh.exportTo(join(own, name), made, 'ndjson');
    return linesOf(join(own, name));
  };
  await old.exportTo(join(own, 'old'), site, 'ndjson');
  const kept = (await linesOf(join(own, 'old'))).filter((line) => !line.includes('"page":"/a"'));
  const keys = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).id).sort();
  expect(keys(await exported('before'))).toEqual(keys(kept));
  await fresh.closeDue(made);
  expect(keys(await exported('after'))).toEqual(keys(kept));
  await fresh.importFrom(join(own, 'all'), 'example.com');
  expect(keys(await exported('again'))).toEqual(keys(kept));
});

test('as one stream: every line of the folder, and the header of csv once', async () => {
  for (const format of ['ndjson', 'csv'] as const) {
    const out = new PassThrough();
    const text = buffer(out);
    const exported = await old.exportTo(out, site, format);
    out.end();
    await old.exportTo(join(own, format), site, format);
    const files = await Promise.all(
      days.map((day) => readFile(join(own, format, 'hits', `${day}.${format}`), 'utf8')),
    );
    const whole = files
      .map((file, i) => (format === 'csv' && i > 0 ? file.slice(file.indexOf('\n') + 1) : file))
      .join('');
    const sorted = (lines: string) => lines.split('\n').sort();
    expect(sorted((await text).toString())).toEqual(sorted(whole));
    expect(exported).toMatchObject({ days, bytes: Buffer.byteLength(whole) });
  }
});

test('a range of days, and a folder that holds something', async () => {
  const range = { from: '2026-10-21', to: '2026-10-24' };
  const { days: found } = await old.exportTo(join(own, 'a'), site, 'ndjson', range);
  expect(found).toEqual(['2026-10-22', '2026-10-23', '2026-10-24']);
  await expect(old.exportTo(join(own, 'a'), site, 'ndjson')).rejects.toThrow(
    /expected an empty folder or none, but it holds/,
  );
});

test('in csv no cell is a formula; removing one apostrophe restores every text', async () => {
  await old.exportTo(join(own, 'a'), site, 'csv', { from: days[0]!, to: days[0]! });
  const text = await readFile(join(own, 'a', 'hits', `${days[0]}.csv`), 'utf8');
  expect(text).not.toMatch(/(^|,|\n)"?[=+@]/);
  const from =
    `read_csv('${join(own, 'a', 'hits', `${days[0]}.csv`)}', header = true, all_varchar = true, ` +
    'allow_quoted_nulls = false)';
  const rows = await old.duck.read((session) =>
    session.rows(`SELECT page FROM ${from} WHERE props LIKE '%odd%' ORDER BY time`),
  );
  const taken = rows.map(([page]) => String(page).replace(/^'(?='*[=+\-@\t\r])/, ''));
  expect(taken).toEqual(odd.map(normalizedPage));
});
