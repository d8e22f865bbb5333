// Every state of the dashboard, with invented answers of the API: what `/dev/states` of
// `npm run dev` shows, and what tests look at. Nothing of it is in a build.

const long = 'a-very-long-value-that-nobody-would-have-thought-of-when-the-table-was-drawn'.repeat(
  4,
);

const texts = {
  'visit:source': ['Google', 'Direct / None', 'Hacker News', 'ChatGPT', 'newsletter', 'Bing'],
  'event:page': ['/', '/pricing', '/blog/one', '/blog/two', '/docs', '/docs/install', '/about'],
  'visit:country': ['DE', 'US', 'FR', 'IN', 'JP', 'BR', 'NL', 'GB', 'MT'],
  'visit:browser': ['Chrome', 'Safari', 'Firefox', 'Microsoft Edge'],
  'event:goal': ['Signup', 'Purchase'],
  'event:name': ['Signup', 'Purchase', '404'],
  site: ['example.com', 'shop.example', 'münchen.example'],
};

const money = (value) => ({
  ...{ value, currency: 'EUR', short: `€${Math.round(value)}`, long: `€${value.toFixed(2)}` },
});

/** A metric of the nth row; rates are in per cent, times in seconds. */
function metricOf(metric, n, scale) {
  const people = Math.round((scale * 1_000) / (n + 1));
  const values = {
    ...{ visitors: people, visits: people + 3, pageviews: 3 * people, events: 4 * people },
    ...{ views_per_visit: 2.4, bounce_rate: 41, visit_duration: 95, engaged_time: 71 },
    ...{ scroll_depth: 63, time_on_page: 40, percentage: 31, conversion_rate: 4.2 },
    ...{ group_conversion_rate: 6.1, total_revenue: money(people * 9.5) },
    ...{ average_revenue: money(19.5) },
  };
  return values[metric] ?? null;
}

const stepMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** The labels of a stretch of time; at most `all` of them. */
function labelsOf(step, [from, to]) {
  const labels = [];
  const end = Date.parse(to.length === 10 ? `${to}T23:59:59Z` : to);
  const every = stepMs[step] ?? 30 * stepMs.day;
  for (let ms = Date.parse(from); ms <= end && labels.length < 1_500; ms += every) {
    const text = new Date(ms).toISOString();
    labels.push(
      step === 'minute' || step === 'hour'
        ? `${text.slice(0, 10)} ${text.slice(11, 19)}`
        : text.slice(0, 10),
    );
  }
  return labels;
}

const today = () => new Date().toISOString().slice(0, 10);

function spanOf(range) {
  if (Array.isArray(range)) return range;
  return range === 'day' ? [today(), today()] : ['2026-01-01', today()];
}

function resultOf(query, { rows = 9, scale = 1, isLong = false, meta = {} }) {
  const span = spanOf(query.date_range);
  const [dimension] = query.dimensions ?? [];
  const step = /^time:(.*)/.exec(dimension ?? '')?.[1];
  const values =
    dimension === undefined
      ? ['']
      : step !== undefined
        ? labelsOf(step, span)
        : (texts[dimension] ?? ['One', 'Two', 'Three', 'Four']).slice(0, rows);
  const sums = (n, of) =>
    query.metrics.map((name) => metricOf(name, step === undefined ? n : n % 7, of));
  const shown = rows === 0 && dimension !== undefined ? [] : values;
  return {
    results: shown.map((value, n) => ({
      dimensions:
        dimension === undefined ? [] : [isLong && step === undefined ? `${value}-${long}` : value],
      metrics: rows === 0 ? query.metrics.map(() => 0) : sums(n, scale),
      ...(query.include?.compare && { comparison: { metrics: sums(n, scale * 0.8) } }),
    })),
    meta: { ...(step !== undefined && { time_labels: values }), ...meta },
    query: { date_range: [`${span[0].slice(0, 10)}T00:00:00`, `${span[1].slice(0, 10)}T23:59:59`] },
  };
}

const sites = (count) =>
  Array.from({ length: count }, (_, i) => ({
    domain: i === 0 ? 'example.com' : `site-${i}.example`,
    ...{ timezone: 'UTC', open: false, default: false },
  }));

function live(count) {
  const minutes = Array.from({ length: 30 }, (_, i) => ({
    start: new Date(Date.now() - (29 - i) * 60_000).toISOString(),
    ...{ visitors: (count * (i % 7)) / 6, pageviews: count * (i % 7) },
  }));
  const rows = (dimension) =>
    texts[dimension].slice(0, count).map((value, i) => ({ value, visitors: count - i }));
  return {
    ...{ now: new Date().toISOString(), current_visitors: count, minutes },
    ...{
      pages: rows('event:page'),
      sources: rows('visit:source'),
      countries: rows('visit:country'),
    },
    hits: texts['event:page'].slice(0, count).map((page, i) => ({
      ...{ time: new Date(Date.now() - i * 9_000).toISOString(), name: 'pageview', page },
      ...{ source: 'Google', country: 'DE', browser: 'Firefox' },
    })),
  };
}

/** Single visits; the first of them has an id that is known. */
function visits(count, more = '') {
  return Array.from({ length: count }, (_, i) => ({
    id: `2026-11-22.${String(i).padStart(16, '0')}`,
    start: new Date(Date.now() - i * 700_000).toISOString(),
    ...{ duration: 40 * i, pageviews: i + 1, events: i + 3 },
    ...{ entry_page: `/${more}`, exit_page: `/pricing${more}`, source: `Google${more}` },
    ...{ country: 'DE', device: 'Desktop', browser: 'Firefox', os: 'Linux' },
  }));
}

const steps = [
  { name: 'pageview', page: '/', title: 'Home', engaged_ms: 21_000, scroll_depth: 60 },
  { name: 'Signup', page: '/pricing', props: { plan: 'pro', text: long } },
  { name: 'Purchase', page: '/pricing', revenue: { currency: 'EUR', amount: 19.5 } },
].map((step, i) => ({ time: new Date(Date.now() + i * 20_000).toISOString(), ...step }));

const settings = {
  ...{ domain: 'example.com', timezone: 'Europe/Berlin', week_starts: 'monday', currency: 'EUR' },
  ...{
    open: false,
    public: false,
    default: false,
    privacy_page: true,
    respect_gpc: true,
    hostnames: 'any',
  },
  ...{ excluded_addresses: ['192.0.2.7'], excluded_pages: ['/admin/**'], excluded_countries: [] },
  ...{ kept_query_parameters: ['id'], page_groups: ['/blog/**'], shards: 1 },
  ...{ keep_hits_days: 400, keep_roll_ups_days: 'forever' },
};

const annotations = [
  {
    id: 'a',
    date: new Date(Date.now() - 9 * stepMs.day).toISOString().slice(0, 10),
    text: 'Launch',
  },
];

/** What a state answers to a path; a function gets the request's body. */
const usual = {
  '/api/scripts': {
    scripts: ['daybook.v1', 'daybook.small.v1'].map((name, i) => ({
      ...{ name: `${name}.js`, path: `/js/${name}.js`, bytes: 3_000 - i * 1_000 },
      ...{ lasting: `/js/${name}.${'a'.repeat(22)}.js`, integrity: `sha384-${'a'.repeat(64)}` },
    })),
  },
  '/api/session': {
    ...{ signedIn: true, rights: { all: 'owner', sites: {} } },
    ...{ publicUrl: 'https://stats.example', hasCities: true },
  },
  '/api/v1/sites/example.com/gaps': { down: [], short_days: [] },
  '/api/v1/sites': { sites: sites(3) },
  '/api/v1/sites/live': { sites: [] },
  '/api/v1/sites/example.com': settings,
  '/api/v1/sites/goals': {
    goals: [
      { ...{ id: 'Signup', goal_type: 'event', display_name: 'Signup' }, event_name: 'Signup' },
    ],
  },
  '/api/v1/sites/example.com/live': live(6),
  '/api/v1/sites/example.com/visits': { visits: visits(12), next: 'more' },
  '/api/v1/sites/example.com/visits/2026-11-22.0000000000000000': { ...visits(1)[0], steps },
  '/api/v1/sites/example.com/segments': {
    segments: [{ id: 's1', name: 'Readers', filters: [['is', 'event:page', ['/blog/one']]] }],
  },
  '/api/v1/sites/example.com/annotations': { annotations },
  '/api/v1/sites/example.com/shared-links': { shared_links: [] },
  '/api/v1/stats/realtime/visitors': 6,
  '/api/v1/removals': { removals: [] },
  '/api/drops': { drops: [], unknown: [] },
  '/api/books': { days: [] },
  '/api/v2/batch': batch({}),
};

function batch(options) {
  return ({ queries }) => ({ results: queries.map((query) => resultOf(query, options)) });
}

const refused = (status, error) => ({ status, error });

const report = '/?site=example.com';

const link = {
  ...{ id: '0b7e93a10b7e93a1', name: 'Press', created: '2026-11-20T10:00:00.000Z' },
  ...{ expires: null, has_password: false, hide_below: null, embed_on: [], theme: null },
  ...{ parts: null, badge_only: false, filters: [] },
};
const seen = {
  ...{ name: 'Press', domain: 'example.com', timezone: 'Europe/Berlin', hide_below: null },
  ...{ filters: [], theme: null, parts: null, week_starts: 'monday', currency: 'none' },
};
const shared = (more) => ({
  '/api/session': { signedIn: false, publicUrl: 'https://stats.example' },
  '/api/shared': { ...seen, ...more },
});
const nothing = { '/api/v2/batch': batch({ rows: 0 }), '/api/v1/stats/realtime/visitors': 0 };
const pruned =
  'The hits of 40 of these days are no longer kept; their sums do not say this, so they are left out.';

/**
 * By name: the address, and what is answered otherwise than usual. `'never'` leaves a request
 * without an answer, `'gone'` ends its connection.
 */
export const states = {
  report: { at: report },
  'report-with-gaps': {
    at: report,
    answers: {
      '/api/v1/sites/example.com/gaps': {
        down: [{ from: '2026-11-12T09:30:00.000Z', to: '2026-11-14T07:00:00.000Z' }],
        short_days: [{ date: '2026-11-03', stored: 1_204, rows: 1_190 }],
      },
    },
  },
  'report-of-long-values': { at: report, answers: { '/api/v2/batch': batch({ isLong: true }) } },
  'report-of-one-row': { at: report, answers: { '/api/v2/batch': batch({ rows: 1 }) } },
  'report-of-large-numbers': { at: report, answers: { '/api/v2/batch': batch({ scale: 8e6 }) } },
  'report-of-nothing': { at: report, answers: nothing },
  'report-filtered-to-nothing': { at: `${report}&f=is,page,/none`, answers: nothing },
  'report-loading': { at: report, answers: { '/api/v2/batch': 'never' } },
  'report-offline': { at: report, answers: { '/api/v2/batch': 'gone' } },
  'report-busy': {
    at: report,
    answers: { '/api/v2/batch': refused(503, 'the query waited for others; ask again') },
  },
  'report-partly-refused': {
    at: report,
    answers: {
      '/api/v2/batch': ({ queries }) => ({
        results: queries.map((query, i) =>
          i % 3 === 2 ? { error: 'the query took longer than 5 s' } : resultOf(query, {}),
        ),
      }),
    },
  },
  'report-pruned': {
    at: `${report}&range=12mo`,
    answers: {
      '/api/v2/batch': batch({ meta: { metric_warnings: { visitors: { warning: pruned } } } }),
    },
  },
  'report-with-a-goal': { at: `${report}&f=is,goal,Signup&f=is_not,country,DE` },
  'report-of-a-missing-site': {
    at: '/?site=nowhere.example',
    answers: { '/api/v2/batch': refused(404, 'there is no site "nowhere.example"') },
  },
  'report-for-anyone': {
    at: report,
    answers: { '/api/session': { signedIn: false, publicUrl: 'https://stats.example' } },
  },
  'report-shared': { at: '/share/SECRET?range=7d', answers: shared({}) },
  'report-shared-narrowed': {
    at: '/share/SECRET?f=is,country,DE',
    answers: shared({
      ...{ hide_below: 10, theme: 'dark', parts: ['numbers', 'chart', 'pages'] },
      filters: [
        ['is', 'event:page', [`/${long}`]],
        [
          'not',
          [
            'or',
            [
              ['is', 'segment', ['Readers']],
              ['is', 'visit:source', ['Bing']],
            ],
          ],
        ],
      ],
    }),
  },
  'report-shared-hidden': {
    at: '/share/SECRET',
    answers: {
      ...shared({ hide_below: 10 }),
      '/api/v2/batch': ({ queries }) => ({
        results: queries.map((query) => {
          const answer = resultOf(query, { rows: 0 });
          if ((query.dimensions ?? []).length > 0) return answer;
          return {
            ...answer,
            results: [{ dimensions: [], metrics: query.metrics.map(() => null) }],
          };
        }),
      }),
      '/api/v1/stats/realtime/visitors': null,
    },
  },
  'report-in-a-frame': {
    at: '/share/SECRET?embed=1&parts=numbers,chart,pages',
    answers: shared({}),
  },
  'share-password': {
    at: '/share/SECRET',
    answers: { '/api/shared': refused(401, 'this link has a password') },
  },
  'share-ended': { at: '/share/SECRET' },
  'settings-share-links': {
    at: `${report}&settings=share`,
    answers: {
      '/api/v1/sites/example.com/shared-links': {
        shared_links: [
          link,
          {
            ...{ ...link, id: 'x', name: long.slice(0, 120), has_password: true, hide_below: 10 },
            ...{ expires: '2026-11-21T22:59:59.999Z', embed_on: ['https://blog.example'] },
            ...{ badge_only: true, filters: [['is', 'event:page', ['/']]] },
          },
        ],
      },
    },
  },
  'all-sites-together': { at: '/?site=*' },
  map: { at: `${report}&tab.places=map` },
  bars: { at: `${report}&chart=bars` },
  list: { at: `${report}&open=list,page` },
  'list-of-long-values': {
    at: `${report}&open=list,source`,
    answers: { '/api/v2/batch': batch({ isLong: true }) },
  },
  'list-of-nothing': { at: `${report}&open=list,page`, answers: nothing },
  table: { at: `${report}&open=table` },
  why: { at: `${report}&open=why` },
  visits: { at: `${report}&open=visits` },
  'visits-of-long-values': {
    at: `${report}&open=visits`,
    answers: { '/api/v1/sites/example.com/visits': { visits: visits(3, long), next: null } },
  },
  'visits-none': {
    at: `${report}&open=visits`,
    answers: { '/api/v1/sites/example.com/visits': { visits: [], next: null } },
  },
  'visits-busy': {
    at: `${report}&open=visits`,
    answers: { '/api/v1/sites/example.com/visits': refused(503, 'many ask; ask again later') },
  },
  visit: { at: `${report}&open=visits,2026-11-22.0000000000000000` },
  'visit-of-none': { at: `${report}&open=visits,2026-11-22.ffffffffffffffff` },
  download: { at: `${report}&f=is,country,DE&open=download` },
  'sites-none': { at: '/?sites', answers: { '/api/v1/sites': { sites: [] } } },
  'sites-many': { at: '/?sites', answers: { '/api/v1/sites': { sites: sites(60) } } },
  'add-a-site': { at: '/?add' },
  'how-to-send': { at: `${report}&setup` },
  'first-hit': {
    at: `${report}&setup`,
    answers: {
      '/api/books': { days: [{ day: today(), received: 1, stored: 1, dropped: {} }] },
    },
  },
  live: { at: `${report}&live` },
  'live-nobody': { at: `${report}&live`, answers: { '/api/v1/sites/example.com/live': live(0) } },
  'live-of-a-missing-site': { at: '/?site=nowhere.example&live' },
  'live-offline': { at: `${report}&live`, answers: { '/api/v1/sites/example.com/live': 'gone' } },
  ...Object.fromEntries(
    ['general', 'goals', 'counted', 'pages', 'kept', 'segments', 'annotations', 'export', 'erase']
      .concat('share', 'tracker', 'privacy')
      .map((section) => [`settings-${section}`, { at: `${report}&settings=${section}` }]),
  ),
};

/**
 * The answer of a state to a request: a status and a body, `'never'`, or `'gone'`. Streams end at
 * once, so that pages ask again.
 */
export function answerOf(state, path, body) {
  const given = { ...usual, ...states[state]?.answers }[decodeURIComponent(path)];
  if (given === undefined) return { status: 404, body: { error: `no answer for ${path}` } };
  if (given === 'never' || given === 'gone') return given;
  if (given?.error !== undefined) return { status: given.status, body: { error: given.error } };
  return { status: 200, body: typeof given === 'function' ? given(JSON.parse(body)) : given };
}
