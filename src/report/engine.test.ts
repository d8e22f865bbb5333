import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { minuteMs } from '../lib/clock.ts';
import { normalizedPage } from '../lib/page-path.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type Engine, openEngine } from './engine.ts';

const site = { id: 'enginetest00', domain: 'example.com', zones: zonesFrom('UTC', 0) };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const home = openMemoryHome();
let engine: Engine;

/**
 * Texts that would do harm if they ever became part of a statement, or were compared carelessly.
 */
const hostile = [
  `'; DROP TABLE hits_none; --`,
  `" OR 1=1 --`,
  `$1`,
  `a,b;c`,
  `%_*?`,
  `\\'`,
  `'||(SELECT 1)||'`,
  `/* x */`,
  '日本語 🙂',
  'x\u0000y',
  '',
  ' ',
  `["is"]`,
  `\n\t`,
];

beforeAll(async () => {
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });
  const hits = hostile.map((text, i) =>
    hitOf({
      time: nowMs - i * minuteMs,
      visitor: `${i + 1}`,
      page: text,
      source: text,
      name: i % 2 === 0 ? 'pageview' : text,
    }),
  );
  await appendHits(home, site, hits);
});
afterAll(() => engine.close());

const least = { site_id: site.domain, metrics: ['visitors'], date_range: 'day' };
const visitors = async (query: object) =>
  (await engine.query(site, { ...least, ...query })).results[0]?.metrics[0];

describe('hostile texts are only texts', () => {
  test.each(hostile.map((text) => [text]))('%j as a value', async (text) => {
    expect(await visitors({ filters: [['is', 'event:page', [text]]] })).toBe(1);
    expect(await visitors({ filters: [['is_not', 'event:page', [text, text]]] })).toBe(
      hostile.length - 1,
    );
    const shown = text === '' ? 'Direct / None' : text; // a source that is empty is none
    expect(
      await visitors({ filters: [['is', 'visit:source', [shown], { case_sensitive: false }]] }),
    ).toBe(1);
    expect(await visitors({ filters: [['contains', 'event:page', [text]]] })).toBeGreaterThan(0);
  });

  test('all of them come back as they came', async () => {
    const valuesOf = async (dimension: string) =>
      (await engine.query(site, { ...least, dimensions: [dimension] })).results
        .map(({ dimensions }) => dimensions[0]!)
        .sort();
    const sources = hostile.map((text) => (text === '' ? 'Direct / None' : text));
    expect(await valuesOf('visit:source')).toEqual(sources.sort());
    expect(await valuesOf('event:page')).toEqual(hostile.map(normalizedPage).sort());
  });

  test.each(hostile.map((text) => [text]))('%j as a name', async (text) => {
    const bad = { fault: 'bad-input' };
    await expect(engine.query(site, { ...least, metrics: [text] })).rejects.toMatchObject(bad);
    await expect(engine.query(site, { ...least, dimensions: [text] })).rejects.toMatchObject(bad);
    await expect(
      engine.query(site, { ...least, filters: [[text, 'event:page', ['x']]] }),
    ).rejects.toMatchObject(bad);
    await expect(
      engine.query(site, { ...least, filters: [['is', text, ['x']]] }),
    ).rejects.toMatchObject(bad);
    await expect(engine.query(site, { ...least, order_by: [[text, 'asc']] })).rejects.toMatchObject(
      bad,
    );
    await expect(engine.query(site, { ...least, date_range: text })).rejects.toMatchObject(bad);
    await expect(engine.query(site, { ...least, [text]: 1 })).rejects.toMatchObject(bad);
  });

  test('a site of that name', async () => {
    const other = { ...site, id: `'; DROP TABLE hits_none; --` };
    expect((await engine.query(other, least)).results).toEqual([{ dimensions: [], metrics: [0] }]);
  });
});

describe('patterns', () => {
  test.each([['(?=x)'], ['(a'], ['a{1000}{1000}'], ['[[:x:]]'], ['\\'], ['*'], ['(?<n>a)\\k<n>']])(
    '%s is refused, and said',
    async (pattern) => {
      const query = { ...least, filters: [['or', [['matches', 'event:page', ['^/', pattern]]]]] };
      await expect(engine.query(site, query)).rejects.toMatchObject({
        fault: 'bad-input',
        message: expect.stringContaining('a regular expression that RE2 takes'),
      });
    },
  );

  test.each([
    ['^$/a', []],
    ['/^a', []],
    ['^/a$|\\$1', ['/$1', '/a']],
    ['^/a', ['/a', '/a^b']],
    ['\\Q$1', ['/$1']],
  ])('%s matches as RE2 has it', async (pattern, pages) => {
    const other = { ...site, id: 'anchors' };
    if ((await engine.realtime(other)) === 0)
      await appendHits(
        home,
        other,
        ['/a', '/a^b', '/$1', '/1'].map((page) => hitOf({ time: nowMs - 1, page })),
      );
    const query = {
      ...least,
      dimensions: ['event:page'],
      filters: [['matches', 'event:page', [pattern]]],
    };
    const { results } = await engine.query(other, query);
    expect(results.map(({ dimensions }) => dimensions[0]).sort()).toEqual(pages);
  });

  test.each([
    ['(a+)+$'],
    ['(.*.*.*.*.*)*x'],
    ['((a{20}){20}){2}'],
    ['(x?){50}y'],
    [`(${'a|'.repeat(200)}b)*$`],
    ["'; --"],
  ])('%s is answered: no pattern makes a query endless', async (pattern) => {
    const long = hitOf({ time: nowMs - 1, page: 'a'.repeat(2_000) });
    const other = { ...site, id: `pattern${pattern.length}` };
    await appendHits(home, other, [long]);
    // A query that takes too long is stopped, and rejects.
    const { results } = await engine.query(other, {
      ...least,
      filters: [['matches', 'event:page', [pattern]]],
    });
    expect(results).toHaveLength(1);
  });
});

describe('batch', () => {
  test('answers in order, of one moment', async () => {
    const answers = await engine.batch(site, [
      least,
      { ...least, metrics: ['events'] },
      { ...least, dimensions: ['time:day'] },
    ]);
    expect(answers.map(({ results }) => results)).toEqual([
      [{ dimensions: [], metrics: [hostile.length] }],
      [{ dimensions: [], metrics: [hostile.length] }],
      [{ dimensions: ['2026-11-22'], metrics: [hostile.length] }],
    ]);
    expect(await engine.batch(site, [])).toEqual([]);
  });

  test.each<[unknown, string]>([
    ['all', 'queries: expected a list of at most 50'],
    [Array(51).fill(least), 'queries: expected a list of at most 50 queries; got 51'],
    [[least, { ...least, metrics: ['likes'] }], 'queries[1].metrics[0]: expected one of'],
  ])('%j is refused', async (bodies, message) => {
    await expect(engine.batch(site, bodies)).rejects.toMatchObject({
      fault: 'bad-input',
      message: expect.stringContaining(message),
    });
  });
});

test('the query that was answered stands beside its answer', async () => {
  const answer = await engine.query(site, {
    ...least,
    dimensions: ['time'],
    filters: [['not', ['is', 'visit:os', ['x'], { case_sensitive: false }]]],
    include: { total_rows: true, time_labels: true, imports: true },
    pagination: { limit: 5 },
  });
  expect(answer.query).toEqual({
    site_id: 'example.com',
    metrics: ['visitors'],
    date_range: ['2026-11-22T00:00:00+00:00', '2026-11-22T23:59:59+00:00'],
    filters: [['not', ['is', 'visit:os', ['x'], { case_sensitive: false }]]],
    dimensions: ['time:hour'],
    order_by: [
      ['time:hour', 'asc'],
      ['visitors', 'desc'],
    ],
    include: { imports: true, time_labels: true, total_rows: true },
    pagination: { limit: 5, offset: 0 },
  });
  expect(answer.meta.imports_included).toBe(false);
  expect(answer.meta.total_rows).toBe(2);
  expect(answer.meta.time_labels).toHaveLength(24);
});

test('current visitors are those of the last five minutes', async () => {
  expect(await engine.realtime(site)).toBe(6); // one a minute, the one of five minutes ago included
});

test('what takes too long is stopped, and the next query is answered', async () => {
  const quick = await openEngine({
    home,
    clock: () => nowMs,
    memoryBytes: 2 ** 28,
    threads: 1,
    timeoutMs: 1,
  });
  await expect(quick.query(site, least)).rejects.toMatchObject({
    fault: 'unavailable',
    message: expect.stringContaining('0.001 s'),
  });
  quick.close();
  expect(await visitors({})).toBe(hostile.length);
});

test.each([[[1, 2]], [[2, 1]], [[3, 1, 2]], [[2, 4, 3, 1]]])(
  'of views at one instant, the one with the greatest id counts, in any order: %j',
  async (order) => {
    const other = { ...site, id: `views${order.join('')}` };
    const view = (n: number) => ({ id: `${n}`.padStart(16, '0'), props: { view: `${n}` } });
    const views = order.map((n) => hitOf({ time: nowMs - 2 * minuteMs, ...view(n) }));
    const read = hitOf({ time: nowMs - minuteMs, name: 'engagement', scrollDepth: 40 });
    for (const [i, hit] of [...views, read].entries())
      await appendHits(home, other, [hit], { receivedAtMs: nowMs - minuteMs + i });
    const dimensions = ['event:page', 'event:props:view'];
    const { results } = await engine.query(other, {
      ...least,
      metrics: ['scroll_depth'],
      dimensions,
    });
    expect(results[0]).toEqual({ dimensions: ['/', String(Math.max(...order))], metrics: [40] });
  },
);
