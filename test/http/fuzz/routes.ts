import type { Chance } from '../../../src/entry/demo/chance.ts';
import { metrics } from '../../../src/report/query/metrics.ts';
import { clientRoutes } from './client-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import type { Known, Plain, Routes } from './plain.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { oneOf, some, steadySite, wholeBelow } from './values.ts';

/** The sites that are changed. */
export const changedSites = ['one.test', 'two.test/blog', 'münchen.test', 'three.test:8080'];

const pages = ['/', '/a', '/a/b', '/ä', '/a%20b', '/404'];
const scriptNames = ['daybook.v1.js', 'script.hash.local.js', 'pa-fuzz.js', 'none.js'];
const events = ['pageview', 'Signup', 'Purchase', 'engagement', '404'];
const agents = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
];

const texts = (chance: Chance, fields: Readonly<Record<string, string>>) =>
  some(chance, fields) as Record<string, string>;

function event(chance: Chance): Plain {
  const long = chance.happens(0.3);
  const [name, url, domain] = long ? ['name', 'url', 'domain'] : ['n', 'u', 'd'];
  return {
    path: ['api', 'event'],
    body: {
      [name!]: oneOf(chance, events),
      [url!]: `https://${steadySite}${oneOf(chance, pages)}?utm_source=x&gclid=1#top`,
      [domain!]: oneOf(chance, [steadySite, steadySite, `${steadySite},one.test`, 'nowhere.test']),
      sd: 40,
      e: 1_200,
      ...some(chance, {
        [long ? 'referrer' : 'r']: 'https://news.example/item?id=1',
        [oneOf(chance, ['p', 'props', 'm', 'meta'])]: { plan: 'a', n: 3, on: true },
        [long ? 'revenue' : '$']: { currency: 'EUR', amount: oneOf(chance, ['9.99', 3]) },
        [long ? 'hashMode' : 'h']: 1,
        [long ? 'interactive' : 'i']: false,
        id: `${chance.hex(8)}-${chance.hex(4)}-7${chance.hex(3)}-8${chance.hex(3)}-${chance.hex(12)}`,
        a: oneOf(chance, [0, 1_500, 90_000_000]),
        ...{ l: 'de-DE', w: 1280, v: 36 },
      }),
    },
  };
}

/** As a server sends it. */
const sentEvent = (chance: Chance) => ({
  ...(event(chance).body as Record<string, unknown>),
  ...some(chance, {
    ...{ ip: oneOf(chance, ['203.0.113.9', '2001:db8::1']), userAgent: oneOf(chance, agents) },
    timestamp: oneOf(chance, [1_795_700_000_000, '2026-11-20T10:00:00+01:00']),
    optOut: chance.happens(0.5),
  }),
});

function row(chance: Chance, path: readonly string[]): Plain {
  return {
    path,
    query: texts(chance, { site: steadySite }),
    body: {
      pathname: oneOf(chance, pages),
      ...some(chance, {
        ...{ language: 'en-US', platform: 'MacIntel', userAgent: oneOf(chance, agents) },
        location: { latitude: 38.03, longitude: -78.5 },
        ...{ referrer: 'https://news.example/', search: '?utm_source=n', more: { of: ['it'] } },
      }),
    },
  };
}

const startKeys = [
  '2026-11-26/1795694400000/0123456789abcdef',
  '2026-02-28/1771000000000/0123456789abcdef',
];

const rows = (chance: Chance, path: readonly string[]): Plain => ({
  path,
  query: {
    site: steadySite,
    Limit: '20',
    ...texts(chance, { ExclusiveStartKey: oneOf(chance, startKeys) }),
  },
});

const valueDimensions = [
  'event:page_group',
  ...['event:page', 'event:hostname', 'event:name', 'event:goal', 'event:props:plan'],
  ...['visit:source', 'visit:country', 'visit:entry_page', 'visit:device', 'visit:city_name'],
];
const dimensions = [...valueDimensions, 'site', 'time', 'time:minute', 'time:hour', 'time:day'];
const ranges: readonly unknown[] = [
  ...['day', '24h', '7d', '30d', 'month', '6mo', 'year', 'all'],
  ['2026-01-01', '2026-01-31'],
  ['2026-11-20T00:00:00Z', '2026-11-27T11:59:59+01:00'],
];

function filter(chance: Chance, depth = 0): unknown {
  const kind = depth > 2 ? 9 : wholeBelow(chance, 10);
  if (kind === 0) return ['not', filter(chance, depth + 1)];
  if (kind === 1) return ['or', [filter(chance, depth + 1), filter(chance, depth + 1)]];
  if (kind === 3) return ['is', 'segment', [chance.hex(4)]];
  if (kind === 2) return ['has_done', ['is', 'event:page', ['/a']]];
  const operator = oneOf(chance, ['is', 'is_not', 'contains', 'matches', 'matches_not']);
  const test = [operator, oneOf(chance, valueDimensions), [oneOf(chance, ['/a', 'x', '^/a+$'])]];
  return chance.happens(0.2) ? [...test, { case_sensitive: false }] : test;
}

function query(chance: Chance): Record<string, unknown> {
  const asked = [oneOf(chance, Object.keys(metrics)), ...(chance.happens(0.5) ? ['visitors'] : [])];
  return {
    site_id: chance.happens(0.1) ? '*' : steadySite,
    metrics: [...new Set(asked)],
    date_range: oneOf(chance, ranges),
    ...some(chance, {
      dimensions: [oneOf(chance, dimensions)],
      filters: [filter(chance)],
      order_by: [[asked[0], 'desc']],
      include: some(chance, {
        ...{ total_rows: true, imports: false, trim_relative_date_range: true },
        compare: { mode: 'previous_period', match_day_of_week: true },
      }),
      pagination: { limit: 10, offset: 0 },
    }),
  };
}

const stats = (
  chance: Chance,
  name: string,
  more: Readonly<Record<string, string>> = {},
): Plain => ({
  path: ['api', 'v1', 'stats', name],
  query: {
    site_id: steadySite,
    ...more,
    ...texts(chance, {
      ...{ period: oneOf(chance, ['day', '7d', '30d', 'month', '6mo', 'year']) },
      ...{ date: '2026-11-20', metrics: 'visitors,pageviews', with_imported: 'true' },
      filters: oneOf(chance, [
        'event:page==/a|/b',
        'visit:source!=x;event:page==/a*',
        'visit:os~i',
      ]),
    }),
  },
});

const settings = (chance: Chance) =>
  some(chance, {
    ...{ timezone: oneOf(chance, ['Europe/Berlin', 'Asia/Kolkata', 'UTC']), week_starts: 'sunday' },
    ...{ open: true, default: false, respect_gpc: 'yes', excluded_addresses: ['192.0.2.0/24'] },
    ...{ excluded_countries: 'kp', hostnames: oneOf(chance, ['own', ['*.a.test'], 'any']) },
    ...{ page_groups: oneOf(chance, ['/blog/**,/user/*/settings', ['/ä/*'], []]) },
    ...{ kept_query_parameters: ['id', 'q'], currency: oneOf(chance, ['eur', 'none']) },
    aliases: oneOf(chance, [['0f8fad5b-d9cb-469f-a165-70867728950e'], 'pa-x,shop', []]),
    ...{ excluded_pages: '/admin/**,/x', shards: 3, keep_hits_days: 400, keep_roll_ups_days: 800 },
  });

const goal = (chance: Chance): Record<string, unknown> => ({
  site_id: oneOf(chance, changedSites),
  ...(chance.happens(0.5)
    ? { goal_type: 'event', event_name: oneOf(chance, ['Signup', 'Purchase']), currency: 'EUR' }
    : { goal_type: 'page', page_path: '/thanks/**' }),
});

const annotation = (chance: Chance): Record<string, unknown> => ({
  date: oneOf(chance, ['2026-11-10', '2026-11-10T09:30:00+01:00', '2026-02-29']),
  text: oneOf(chance, ['Launch', 'ä', 'a\nb']),
});

const sharedLink = (chance: Chance): Record<string, unknown> => ({
  ...some(chance, {
    ...{ password: oneOf(chance, [null, 'a']), expires: oneOf(chance, [null, '2090-01-01', 'x']) },
    ...{ filters: [filter(chance)], hide_below: oneOf(chance, [null, 5, '10']) },
    embed_on: [oneOf(chance, ['https://ä.test', '*.a.test:8080', "'none'; x"])],
    ...{ theme: 'dark', parts: ['chart', 'pages'], badge_only: chance.happens(0.5) },
  }),
});

const sites = ['api', 'v1', 'sites'];
const changed = (chance: Chance) => oneOf(chance, changedSites);

/** One of those that were made, perhaps gone since; or none. */
const made = (chance: Chance, known: Known, kind: keyof Known['made']) => [
  ...sites,
  ...oneOf(chance, [`${changed(chance)} ${kind} ${chance.hex(4)}`, ...known.made[kind]]).split(' '),
];

/** Every route that the app has. */
export const routes: Routes = {
  'POST /api/event': event,
  'OPTIONS /api/event': () => ({ path: ['api', 'event'] }),
  'POST /api/events': (chance) => ({
    path: ['api', 'events'],
    body: { events: Array.from({ length: 1 + wholeBelow(chance, 3) }, () => sentEvent(chance)) },
  }),
  'GET /pixel.gif': (chance) => ({
    path: ['pixel.gif'],
    query: texts(chance, {
      ...{ u: `https://${steadySite}${oneOf(chance, pages)}`, d: steadySite, t: 'Home' },
      ...{ r: 'https://news.example/', n: oneOf(chance, events), p: '{"a":"b"}', l: 'de' },
    }),
    headers: { Referer: `https://${steadySite}/mail` },
  }),
  'OPTIONS /pixel.gif': () => ({ path: ['pixel.gif'] }),
  ...clientRoutes,
  ...peopleRoutes,
  'POST /analytics': (chance) => row(chance, ['analytics']),
  'POST /default/analytics': (chance) => row(chance, ['default', 'analytics']),
  'OPTIONS /analytics': () => ({ path: ['analytics'] }),
  'OPTIONS /default/analytics': () => ({ path: ['default', 'analytics'] }),
  'GET /analytics': (chance) => rows(chance, ['analytics']),
  'GET /default/analytics': (chance) => rows(chance, ['default', 'analytics']),
  'GET /api/hits': (chance) => ({
    path: ['api', 'hits'],
    query: {
      site: steadySite,
      from: oneOf(chance, ['2026-02-28', '2026-11-27', '2027-01-01']),
      ...texts(chance, {
        ...{ to: '2027-02-28', format: oneOf(chance, ['ndjson', 'csv', 'parquet']) },
        filters: JSON.stringify([filter(chance)]),
      }),
    },
  }),
  'GET /api/books': () => ({ path: ['api', 'books'], query: { site: steadySite } }),
  'GET /api/drops': () => ({ path: ['api', 'drops'], query: { site: steadySite } }),
  'POST /api/v2/query': (chance) => ({ path: ['api', 'v2', 'query'], body: query(chance) }),
  'POST /api/v2/batch': (chance) => ({
    path: ['api', 'v2', 'batch'],
    body: { site_id: steadySite, queries: [query(chance), query(chance)] },
  }),
  'GET /api/v1/stats/realtime/visitors': () => ({
    path: ['api', 'v1', 'stats', 'realtime', 'visitors'],
    query: { site_id: steadySite },
  }),
  'GET /api/v1/stats/aggregate': (chance) =>
    stats(chance, 'aggregate', texts(chance, { compare: 'previous_period' })),
  'GET /api/v1/stats/timeseries': (chance) =>
    stats(
      chance,
      'timeseries',
      texts(chance, { interval: oneOf(chance, ['day', 'week', 'month']) }),
    ),
  'GET /api/v1/stats/breakdown': (chance) =>
    stats(chance, 'breakdown', {
      property: oneOf(chance, valueDimensions),
      ...texts(chance, { limit: '10', page: '2' }),
    }),
  'GET /api/session': () => ({ path: ['api', 'session'] }),
  'POST /api/session': (_, { key }) => ({ path: ['api', 'session'], body: { key } }),
  'DELETE /api/session': () => ({ path: ['api', 'session'] }),
  ...signInRoutes,
  'GET /api/v1/sites/goals': (chance) => ({
    path: [...sites, 'goals'],
    query: { site_id: changed(chance) },
  }),
  'PUT /api/v1/sites/goals': (chance) => ({ path: [...sites, 'goals'], body: goal(chance) }),
  'DELETE /api/v1/sites/goals/:id': (chance) => ({
    path: [...sites, 'goals', oneOf(chance, ['Signup', 'Purchase', 'Visit /thanks/**'])],
    ...(chance.happens(0.5)
      ? { query: { site_id: changed(chance) } }
      : { body: { site_id: changed(chance) } }),
  }),
  'GET /api/v1/sites/custom-props': (chance) => ({
    path: [...sites, 'custom-props'],
    query: { site_id: changed(chance) },
  }),
  'PUT /api/v1/sites/custom-props': (chance) => ({
    path: [...sites, 'custom-props'],
    body: { site_id: changed(chance), property: oneOf(chance, ['plan', 'ä']) },
  }),
  'DELETE /api/v1/sites/custom-props/:property': (chance) => ({
    path: [...sites, 'custom-props', oneOf(chance, ['plan', 'ä'])],
    query: { site_id: changed(chance) },
  }),
  'GET /api/v1/sites/:site/segments': (chance) => ({
    path: [...sites, changed(chance), 'segments'],
  }),
  'POST /api/v1/sites/:site/segments': (chance) => ({
    path: [...sites, changed(chance), 'segments'],
    body: { name: oneOf(chance, ['Blog', 'DE', chance.hex(2)]), filters: [filter(chance)] },
  }),
  'PUT /api/v1/sites/:site/segments/:id': (chance, known) => ({
    path: made(chance, known, 'segments'),
    body: some(chance, { name: 'Blog', filters: [filter(chance), filter(chance)] }),
  }),
  'DELETE /api/v1/sites/:site/segments/:id': (chance, known) => ({
    path: made(chance, known, 'segments'),
  }),
  'GET /api/v1/sites/:site/gaps': (chance) => ({
    path: [...sites, changed(chance), 'gaps'],
    query: { from: '2026-11-01', to: oneOf(chance, ['2026-11-20', '2026-02-30']) },
  }),
  'GET /api/v1/sites/:site/annotations': (chance) => ({
    path: [...sites, changed(chance), 'annotations'],
    query: texts(chance, { from: '2026-01-01', to: '2026-12-31' }),
  }),
  'POST /api/v1/sites/:site/annotations': (chance) => ({
    path: [...sites, changed(chance), 'annotations'],
    body: annotation(chance),
  }),
  'PUT /api/v1/sites/:site/annotations/:id': (chance, known) => ({
    path: made(chance, known, 'annotations'),
    body: some(chance, annotation(chance)),
  }),
  'DELETE /api/v1/sites/:site/annotations/:id': (chance, known) => ({
    path: made(chance, known, 'annotations'),
  }),
  'PUT /api/v1/sites/shared-links': (chance) => ({
    path: [...sites, 'shared-links'],
    body: { site_id: changed(chance), name: oneOf(chance, ['WordPress', 'ä']) },
  }),
  'GET /api/v1/sites/:site/shared-links': (chance) => ({
    path: [...sites, changed(chance), 'shared-links'],
  }),
  'POST /api/v1/sites/:site/shared-links': (chance) => ({
    path: [...sites, changed(chance), 'shared-links'],
    body: { name: oneOf(chance, ['Press', chance.hex(2)]), ...sharedLink(chance) },
  }),
  'PUT /api/v1/sites/:site/shared-links/:id': (chance, known) => ({
    path: made(chance, known, 'shared-links'),
    body: { ...some(chance, { name: 'Press' }), ...sharedLink(chance) },
  }),
  'DELETE /api/v1/sites/:site/shared-links/:id': (chance, known) => ({
    path: made(chance, known, 'shared-links'),
  }),
  'GET /api/shared': (_, { secret }) => ({
    path: ['api', 'shared'],
    headers: { 'Daybook-Link': secret },
  }),
  'POST /api/shared': (_, { lockedSecret }) => ({
    path: ['api', 'shared'],
    headers: { 'Daybook-Link': lockedSecret },
    body: { password: 'a' },
  }),
  'POST /api/v1/sites/:site/visitor-pass': (chance) => ({
    path: [...sites, changed(chance), 'visitor-pass'],
    body: {},
  }),
  'POST /api/v1/visitors': (chance) => ({
    path: ['api', 'v1', 'visitors'],
    body: {
      pass: oneOf(chance, ['none', `${'a'.repeat(12)}.9999999999.${'A'.repeat(43)}`]),
      address: oneOf(chance, ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1']),
      user_agent: oneOf(chance, agents),
    },
  }),
  'GET /privacy/:site': (chance) => ({
    path: ['privacy', changed(chance)],
    query: texts(chance, { format: oneOf(chance, ['page', 'fragment', 'markdown', 'text']) }),
  }),
  'GET /share/:secret': (chance, { secret }) => ({
    path: ['share', oneOf(chance, [secret, chance.hex(8)])],
    query: texts(chance, { auth: secret, embed: '1', theme: 'dark' }),
  }),
  ...Object.fromEntries(
    ['badge.svg', 'counter.svg'].map((image) => [
      `GET /share/:secret/${image}`,
      (chance: Chance, { secret }: Known): Plain => ({
        path: ['share', secret, image],
        query: texts(chance, { show: oneOf(chance, ['live', 'pageviews']), label: '<ä>' }),
      }),
    ]),
  ),
  'GET /api/v1/sites/:site/erasures': (chance) => ({
    path: [...sites, changed(chance), 'erasures'],
  }),
  'POST /api/v1/sites/:site/erasures': (chance) => ({
    path: [...sites, changed(chance), 'erasures'],
    body: {
      page: ['/account/**'],
      ...some(chance, { prop: 'plan=a', hostname: 'shop.test', now: false }),
      ...some(chance, { from: '2026-01-01', to: '2026-03-29' }),
    },
  }),
  'POST /api/v1/sites/:site/sql': (chance) => ({
    path: [...sites, steadySite, 'sql'],
    body: {
      sql: oneOf(chance, [
        'SELECT day, count(*) AS hits FROM hits GROUP BY day ORDER BY day',
        "WITH a AS (SELECT * FROM visits WHERE bounced) SELECT count(*), 'a' FROM a",
        'SUMMARIZE visits',
      ]),
      ...some(chance, {
        ...{ format: oneOf(chance, ['json', 'csv', 'parquet']), limit: 100 },
        ...{ from: '2026-11-20', to: '2026-11-27' },
      }),
    },
  }),
  'GET /api/v1/removals': () => ({ path: ['api', 'v1', 'removals'] }),
  'POST /api/v1/removals/:id/restore': (_, { removal }) => ({
    path: ['api', 'v1', 'removals', removal, 'restore'],
  }),
  'GET /api/v1/sites': () => ({ path: sites }),
  'GET /api/v1/sites/live': (chance) => ({
    path: [...sites, 'live'],
    query: { sites: `${steadySite},${changed(chance)},nowhere.test` },
  }),
  'GET /api/v1/sites/:site/live': (chance) => ({ path: [...sites, changed(chance), 'live'] }),
  'GET /api/v1/sites/:site/live/stream': (chance) => ({
    path: [...sites, changed(chance), 'live', 'stream'],
  }),
  'GET /api/v1/sites/:site/visits': (chance) => ({
    path: [...sites, steadySite, 'visits'],
    query: texts(chance, {
      ...{ from: oneOf(chance, ['2026-11-27', '2026-11-27T10:00:00Z']), to: '2027-02-28' },
      ...{ limit: '20', filters: JSON.stringify([filter(chance)]) },
      after: `2026-11-28.1795219200000.${chance.hex(8)}`,
    }),
  }),
  'GET /api/v1/sites/:site/visits/:id': (chance, known) => ({
    path: made(chance, known, 'visits'),
  }),
  'POST /api/v1/sites': (chance) => ({
    path: sites,
    body: {
      domain: oneOf(chance, [changed(chance), `${chance.hex(1)}.added.test`]),
      ...settings(chance),
    },
  }),
  'GET /api/v1/sites/:site': (chance) => ({ path: [...sites, changed(chance)] }),
  'PUT /api/v1/sites/:site': (chance) => ({
    path: [...sites, changed(chance)],
    body: settings(chance),
  }),
  'DELETE /api/v1/sites/:site': (chance) => ({
    path: [...sites, `${chance.hex(1)}.added.test`],
    query: texts(chance, { now: 'false' }),
  }),
  'GET /metrics': () => ({ path: ['metrics'] }),
  'GET /health': () => ({ path: ['health'] }),
  'GET /health/live': () => ({ path: ['health', 'live'] }),
  'GET /health/ready': () => ({ path: ['health', 'ready'] }),
  'GET /js/:name': (chance) => ({ path: ['js', oneOf(chance, scriptNames)] }),
  'GET /api/scripts': () => ({ path: ['api', 'scripts'] }),
  'GET /api/openapi.json': () => ({ path: ['api', 'openapi.json'] }),
  'GET /docs/api': () => ({ path: ['docs', 'api'] }),
  'GET *': (chance) => ({ path: [oneOf(chance, ['', 'visualization', 'index.html', 'assets'])] }),
};
