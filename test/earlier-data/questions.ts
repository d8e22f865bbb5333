import type { RealApp } from '../support/real-app.ts';

export const northern = 'north.test';
export const southern = 'south.test';

/** The time at which the questions are asked. */
export const clockMs = Date.parse('2026-04-08T11:30:00Z');

/** A request to the API, as the owner. */
export type Question = {
  readonly name: string;
  readonly path: string;
  /** A question with a body is a POST. */
  readonly body?: unknown;
};

export type Answered = { readonly name: string; readonly status: number; readonly body: string };

export async function ask(app: RealApp, { name, path, body }: Question): Promise<Answered> {
  const { key } = app;
  const answer = await (body === undefined
    ? app.get(path, { key })
    : app.post(path, body, { key }));
  return { name, status: answer.status, body: await answer.text() };
}

const all = 'all';
const spring = ['2026-03-27', '2026-04-08'];
const ranges = [
  all,
  ...['day', '24h', '7d', '28d', '91d', 'month', '6mo', 'year'],
  ['2026-01-01', '2026-02-10'],
  ['2026-03-28T22:30:00Z', '2026-03-29T05:29:59Z'],
];
const most = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const dimensions = [
  ...['event:page', 'event:hostname', 'event:name', 'event:goal'],
  ...['event:props:author', 'event:props:plan'],
  ...['visit:entry_page', 'visit:exit_page', 'visit:entry_page_hostname', 'visit:source'],
  ...['visit:exit_page_hostname', 'visit:referrer', 'visit:channel', 'visit:utm_source'],
  ...[
    'visit:utm_medium',
    'visit:utm_campaign',
    'visit:browser',
    'visit:browser_version',
    'visit:os',
  ],
  ...['visit:os_version', 'visit:device', 'visit:screen', 'visit:language', 'visit:country'],
  ...['visit:country_name', 'time:hour', 'time:day', 'time:week', 'time:month'],
];
const filters: readonly (readonly [name: string, filter: unknown])[] = [
  ['is', ['is', 'event:page', ['/', '/pricing']]],
  ['is_not', ['is_not', 'visit:country', ['DE']]],
  ['contains', ['contains', 'event:page', ['BLOG'], { case_sensitive: false }]],
  ['contains_not', ['contains_not', 'visit:source', ['Google']]],
  ['matches', ['matches', 'event:page', ['^/blog/(one|two)$']]],
  ['matches_not', ['matches_not', 'visit:browser', ['^Fire']]],
  [
    'and, or, not',
    [
      'or',
      [
        ['not', ['is', 'visit:os', ['iOS']]],
        ['is', 'event:page', ['/']],
      ],
    ],
  ],
  ['has_done', ['has_done', ['is', 'event:name', ['Signup']]]],
  ['has_not_done', ['has_not_done', ['is', 'event:goal', ['Purchase']]]],
  ['a property', ['is', 'event:props:author', ['Ann', 'Çem']]],
  ['a goal', ['is', 'event:goal', ['Purchase']]],
  ['a goal of pages', ['contains', 'event:goal', ['Visit', 'Reads', 'pricing']]],
];

const query = (name: string, site: string, body: object): Question => ({
  name: `${site}: ${name}`,
  path: '/api/v2/query',
  body: { site_id: site, ...body },
});

function aboutSite(site: string): Question[] {
  const hits = (name: string, search: string) => ({
    name: `${site}: hits ${name}`,
    path: `/api/hits?site=${site}${search}`,
  });
  return [
    ...ranges.map((range) =>
      query(`numbers of ${String(range)}`, site, { metrics: most, date_range: range }),
    ),
    ...dimensions.map((dimension) =>
      query(`all by ${dimension}`, site, {
        metrics: ['visitors', 'visits', 'pageviews', 'events'],
        date_range: all,
        dimensions: [dimension],
        include: { total_rows: true },
      }),
    ),
    ...filters.map(([name, filter]) =>
      query(`filtered by ${name}`, site, {
        ...{ metrics: ['visitors', 'visits', 'pageviews', 'events'], date_range: spring },
        ...{ dimensions: ['time:day'], filters: [filter] },
      }),
    ),
    query('two dimensions', site, {
      ...{ metrics: most.slice(0, 3), date_range: spring },
      ...{ dimensions: ['visit:browser', 'visit:device'], order_by: [['visits', 'asc']] },
    }),
    query('pages read', site, {
      metrics: ['visitors', 'scroll_depth', 'time_on_page', 'percentage'],
      ...{ date_range: all, dimensions: ['event:page'], pagination: { limit: 4, offset: 2 } },
    }),
    query('conversions', site, {
      metrics: ['visitors', 'events', 'conversion_rate', 'total_revenue', 'average_revenue'],
      ...{ date_range: spring, dimensions: ['event:goal'] },
    }),
    query('conversions by source', site, {
      metrics: ['visitors', 'group_conversion_rate', 'total_revenue'],
      ...{ date_range: spring, dimensions: ['visit:source'] },
      filters: [['is', 'event:goal', ['Purchase']]],
    }),
    query('compared with the period before', site, {
      ...{ metrics: most, date_range: ['2026-04-01', '2026-04-08'], dimensions: ['time:day'] },
      include: { compare: { mode: 'previous_period' }, time_labels: true },
    }),
    query('compared by page', site, {
      ...{ metrics: ['visitors', 'pageviews'], date_range: '7d', dimensions: ['event:page'] },
      include: { compare: { mode: 'previous_period', match_day_of_week: true } },
    }),
    {
      name: `${site}: a batch`,
      path: '/api/v2/batch',
      body: {
        site_id: site,
        queries: ['event:page', 'visit:source', 'visit:country_name', 'time:hour'].map((name) => ({
          ...{ site_id: site, metrics: ['visitors', 'pageviews'], date_range: '28d' },
          dimensions: [name],
        })),
      },
    },
    hits('of all days', ''),
    hits('of closed days', '&from=2026-03-01&to=2026-04-02'),
    hits('of open days', '&from=2026-04-06'),
    hits('as csv', '&from=2026-04-04&to=2026-04-07&format=csv'),
    { name: `${site}: rows`, path: `/analytics?site=${site}&Limit=50` },
    { name: `${site}: books`, path: `/api/books?site=${site}` },
    { name: `${site}: the site`, path: `/api/v1/sites/${site}` },
    { name: `${site}: goals`, path: `/api/v1/sites/goals?site_id=${site}` },
    { name: `${site}: erasures`, path: `/api/v1/sites/${site}/erasures` },
    ...[
      ['visitors of now', 'realtime/visitors?'],
      ['aggregate', 'aggregate?period=30d&metrics=visitors,pageviews&compare=previous_period&'],
      ['timeseries', 'timeseries?period=7d&date=2026-03-31&'],
      ['breakdown', 'breakdown?period=12mo&property=visit:source&metrics=visitors,bounce_rate&'],
    ].map(([name, path]) => ({
      name: `${site}: v1 ${name}`,
      path: `/api/v1/stats/${path}site_id=${site}`,
    })),
  ];
}

/** Every version must answer these as the version did that wrote the data. */
export const questions: readonly Question[] = [
  ...[northern, southern].flatMap(aboutSite),
  { name: 'sites', path: '/api/v1/sites' },
];

/** Whether closing changes the answer on purpose: such a question is asked only before it. */
export const changesByClosing = (name: string): boolean => /: books$/.test(name);
