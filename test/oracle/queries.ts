import fc from 'fast-check';
import type { LoopQuery } from './loop.ts';
import type { LoopCompare } from './loop-time.ts';
import {
  among,
  countries,
  hourMs,
  maybe,
  pages,
  robotNames,
  sources,
  type Traffic,
} from './traffic.ts';

const ofHits = ['visitors', 'visits', 'pageviews', 'events', 'percentage'];
const ofVisits = ['views_per_visit', 'bounce_rate', 'visit_duration'];
const ofPages = ['scroll_depth', 'time_on_page', 'engaged_time'];
const ofGoals = ['conversion_rate', 'group_conversion_rate', 'total_revenue', 'average_revenue'];
const metrics = [...ofHits, ...ofVisits, ...ofPages, ...ofGoals];
const props = ['event:props:plan', "event:props:it's"];
const dimensions = [
  ...['event:name', 'event:page', 'event:page_title', 'event:hostname'],
  ...['visit:entry_page', 'visit:exit_page'],
  ...[
    'visit:entry_page_hostname',
    'visit:exit_page_hostname',
    'visit:source',
    'visit:referrer',
    'visit:channel',
  ],
  ...[
    'visit:utm_source',
    'visit:utm_medium',
    'visit:utm_campaign',
    'visit:utm_content',
    'visit:utm_term',
  ],
  ...[
    'visit:browser',
    'visit:browser_version',
    'visit:os',
    'visit:os_version',
    'visit:device',
    'visit:screen',
  ],
  ...[
    'visit:language',
    'visit:country',
    'visit:region',
    'visit:city',
    'visit:country_name',
    'visit:region_name',
  ],
  'visit:city_name',
  ...props,
  'event:property',
  'event:goal',
];
const hasValues = (name: string) => name !== 'event:goal' && name !== 'event:property';
const times = ['time:minute', 'time:hour', 'time:day', 'time:week', 'time:month'];

const values = fc.array(
  among(
    ...[
      ...pages,
      ...sources,
      ...countries,
      'pageview',
      'Signup',
      'Start',
      'Chrome',
      'example.com',
      'a',
      'o',
    ],
    ...['(not set)', 'Germany', 'pro', ''],
  ),
  { minLength: 1, maxLength: 3 },
);
const test: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom('is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not'),
    fc.oneof(
      among(
        'event:page',
        'event:page_title',
        'event:name',
        'event:hostname',
        ...props,
        'visit:source',
        'visit:entry_page',
      ),
      among(...dimensions.filter(hasValues)),
    ),
    values,
    fc.boolean(),
  )
  .map(([operator, dimension, values, fold]) => {
    if (operator.startsWith('matches'))
      // An end before more text matches nothing.
      return [
        operator,
        dimension,
        values.map((value) => (fold ? '$' : '^') + value.replace(/[()]/g, '.')),
      ];
    return fold
      ? [operator, dimension, values, { case_sensitive: false }]
      : [operator, dimension, values];
  });
/** Tests joined with `and`, `or` and `not`; `leaf` makes a single test. */
const joined = (leaf: fc.Arbitrary<unknown>) =>
  fc.letrec<{ filter: unknown }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { arbitrary: leaf, weight: 4 },
      { arbitrary: tie('filter').map((inner) => ['not', inner]), weight: 1 },
      {
        arbitrary: fc.tuple(
          among('and', 'or'),
          fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        ),
        weight: 1,
      },
    ),
  })).filter;

/** A test that is often true. */
const ofProp = fc
  .tuple(among('is', 'is_not'), among(...props), among('pro', '$1', '(not set)'))
  .map(([operator, name, value]): unknown => [operator, name, [value]]);

/** A filter by the site's goals; undefined where it has none. */
function goalFilter({ goals }: Traffic): fc.Arbitrary<unknown> | undefined {
  if (goals.length === 0) return undefined;
  const names = goals.map(({ name }) => name);
  const of = (known: readonly string[]) =>
    fc.array(among(...known), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    of(names).map((some) => ['is', 'event:goal', some]),
    of(names.map((name) => name.toUpperCase())).map((some) => [
      'is',
      'event:goal',
      some,
      { case_sensitive: false },
    ]),
    of(['', 'i', 'Visit', 'nothing']).map((some) => ['contains', 'event:goal', some]),
  );
}

/** A test of a hit's own dimensions. */
const ofHit = test.filter((one) => String((one as unknown[])[1]).startsWith('event:'));

/** Filters of a query. In `has_done` there are only tests of hits, and of goals. */
function filtersOf(made: Traffic): fc.Arbitrary<unknown[]> {
  const byGoal = goalFilter(made);
  const inner = joined(byGoal === undefined ? ofHit : fc.oneof(ofHit, byGoal));
  const done = fc.tuple(among('has_done', 'has_not_done'), inner).map((pair): unknown => pair);
  const filter = joined(fc.oneof({ arbitrary: test, weight: 4 }, { arbitrary: done, weight: 1 }));
  return fc.array(
    fc.oneof(
      { arbitrary: filter, weight: 4 },
      { arbitrary: ofProp, weight: 1 },
      ...(byGoal === undefined ? [] : [{ arbitrary: byGoal, weight: 3 }]),
    ),
    { maxLength: 2 },
  );
}

const pair: fc.Arbitrary<Pair> = fc.tuple(
  fc.integer({ min: -2, max: 1 }),
  fc.integer({ min: 0, max: 2 }),
  fc.boolean(),
  fc.nat({ max: 999 }),
);
const range = fc.oneof(
  { arbitrary: among('day', '24h', '7d', '28d', 'month', '6mo', 'year', 'all'), weight: 3 },
  { arbitrary: pair, weight: 3 },
);

/** The topic of a query. Without topics, metrics that need goals or pages would be rare. */
const topics = fc.constantFrom<{ readonly first: string[]; readonly metrics: string[] }>(
  { first: [], metrics },
  { first: [], metrics: [...ofHits, ...ofVisits] },
  { first: ['event:page'], metrics: [...ofPages, ...ofHits, ...ofVisits] },
  { first: ['event:goal'], metrics: [...ofGoals, ...ofHits] },
);

type Relative = Required<Omit<LoopCompare, 'date_range'>>;
const compare: fc.Arbitrary<Relative> = fc.record({
  mode: among('previous_period', 'previous_period', 'year_over_year', 'custom'),
  match_day_of_week: fc.boolean(),
});

/** For a query with one dimension, which roll-ups can answer. */
const plain = fc.record({
  dimension: among(...dimensions.filter(hasValues)),
  tests: fc.array(test, { maxLength: 1 }),
});

/** A query that the engine accepts. Its range is near the middle of the traffic. */
export const queryOf = (traffic: Traffic): fc.Arbitrary<LoopQuery> =>
  fc.oneof(
    { arbitrary: ofEverybody(traffic), weight: 12 },
    { arbitrary: ofRobots(traffic), weight: 1 },
  );

/** A query for the rows of robots, which name them as a group or in a filter. */
const ofRobots = (traffic: Traffic): fc.Arbitrary<LoopQuery> => {
  const named = fc.tuple(among('is', 'is_not', 'contains'), among(...robotNames, '(not set)', 'o'));
  return fc
    .record({
      metrics: fc.shuffledSubarray(['pageviews', 'events'], { minLength: 1 }),
      time: fc.option(fc.constantFrom(...times), { nil: undefined }),
      more: fc.subarray(['event:page', 'event:name', 'event:page_title'], { maxLength: 1 }),
      robot: named.map(([word, value]): unknown => [word, 'event:robot', [value]]),
      filters: fc.array(ofHit, { maxLength: 1 }),
      isGrouped: fc.boolean(),
      range,
    })
    .map(({ metrics, time, more, robot, filters, isGrouped, range }) => ({
      metrics,
      dimensions: [
        ...(time === undefined ? [] : [time]),
        ...more,
        ...(isGrouped ? ['event:robot'] : []),
      ],
      filters: isGrouped ? filters : [...filters, robot],
      date_range: rangeFor(time, typeof range === 'string' ? range : pairOf(range, traffic)),
    }));
};

const ofEverybody = (traffic: Traffic): fc.Arbitrary<LoopQuery> =>
  fc
    .record({
      topic: topics.chain(({ first, metrics }) =>
        fc.record({
          metrics: fc.shuffledSubarray(metrics, { minLength: 1 }),
          first: fc.subarray(first),
        }),
      ),
      more: fc.shuffledSubarray(dimensions, { maxLength: 2 }),
      plain: fc.oneof(
        { arbitrary: fc.constant(undefined), weight: 2 },
        { arbitrary: plain, weight: 1 },
      ),
      goalFilters: fc.array(goalFilter(traffic) ?? fc.constant(undefined), { maxLength: 2 }),
      time: fc.option(fc.constantFrom(...times), { nil: undefined }),
      filters: filtersOf(traffic),
      range,
      order: maybe(fc.tuple(fc.nat(), fc.nat(), fc.boolean())),
      pagination: maybe(
        fc.record({
          limit: fc.integer({ min: 1, max: 5 }),
          offset: fc.integer({ min: 0, max: 3 }),
        }),
      ),
      compare: maybe(fc.tuple(compare, pair)),
    })
    .map((made): LoopQuery => {
      const pairIn = (drawn: Pair) => pairOf(drawn, traffic);
      const { plain } = made;
      const asked =
        plain === undefined
          ? [...made.topic.first, ...made.more]
          : made.more.length === 0
            ? []
            : [plain.dimension];
      // Queries about goals have filters by several goals, grouped by goal or not.
      const more = made.topic.metrics.some((name) => ofGoals.includes(name))
        ? made.goalFilters
        : [];
      const filters =
        plain === undefined
          ? [...more, ...made.filters].filter((one) => one !== undefined)
          : plain.tests.map((one) => aboutOne(one, plain.dimension));
      const dimensions = [...new Set([...(made.time === undefined ? [] : [made.time]), ...asked])];
      const counted = made.topic.metrics.filter((name) => fits(name, dimensions, filters));
      const metrics = counted.length === 0 ? ['visitors'] : counted;
      const all = [...metrics, ...dimensions];
      const order = made.order?.slice(0, 2).map((n, i) => {
        const direction = (made.order![2] ? i === 0 : i === 1) ? 'asc' : 'desc';
        return [all[Number(n) % all.length]!, direction] as const;
      });
      const date_range = rangeFor(
        made.time,
        typeof made.range === 'string' ? made.range : pairIn(made.range),
      );
      const beside =
        made.compare && compareOf(made.compare[0], pairIn(made.compare[1]), date_range, dimensions);
      return {
        ...{ metrics, dimensions, filters, date_range },
        ...(order === undefined
          ? {}
          : {
              order_by: order.filter(([by], i) => order.findIndex(([other]) => other === by) === i),
            }),
        ...(made.pagination === undefined ? {} : { pagination: made.pagination }),
        ...(beside === undefined ? {} : { include: { compare: beside } }),
      };
    });

/** The same test of another dimension. */
function aboutOne(test: unknown, dimension: string): unknown[] {
  const [operator, , ...more] = test as unknown[];
  return [operator, dimension, ...more];
}

/** Whether a metric is allowed with these dimensions and filters. */
function fits(name: string, dimensions: readonly string[], filters: readonly unknown[]): boolean {
  const byHit = dimensions.some(
    (one) => one.startsWith('event:') && one !== 'event:page' && one !== 'event:hostname',
  );
  if (name === 'percentage') return dimensions.length > 0;
  if (ofVisits.includes(name)) return !byHit;
  if (!ofGoals.includes(name)) return true;
  return (
    dimensions.includes('event:goal') ||
    filters.some((one) => (one as unknown[])[1] === 'event:goal')
  );
}

/**
 * The loop can compare buckets only in short ranges, and can match weekdays only for whole days.
 */
function compareOf(
  { mode, match_day_of_week }: Relative,
  pair: [string, string],
  range: LoopQuery['date_range'],
  dimensions: readonly string[],
): LoopCompare | undefined {
  const byTime = dimensions.some((name) => name.startsWith('time:'));
  if (byTime && typeof range === 'string' && !['day', '24h', '7d', '28d', 'month'].includes(range))
    return undefined;
  if (mode === 'custom')
    return dimensions.includes('time:minute') && !isShort(pair)
      ? undefined
      : { mode, date_range: pair };
  const instants = typeof range === 'string' ? range === '24h' : range[0].length > 10;
  if (!instants) return { mode, match_day_of_week };
  return { mode: 'previous_period' };
}

/** By minute, a range is of at most 24 hours, or of one day. */
function isShort(range: LoopQuery['date_range']): boolean {
  if (typeof range === 'string') return range === 'day' || range === '24h';
  const [first, last] = range;
  return first === last || (first.length > 10 && Date.parse(last) - Date.parse(first) <= dayMs);
}
const dayMs = 24 * hourMs;

const rangeFor = (time: string | undefined, range: LoopQuery['date_range']) =>
  time !== 'time:minute' || isShort(range) ? range : typeof range === 'string' ? 'day' : '24h';

type Pair = readonly [from: number, days: number, instants: boolean, n: number];

/** Two days; or two instants: the last is the second of a hit, so that the last second matters. */
function pairOf([from, days, instants, n]: Pair, { nowMs, came }: Traffic): [string, string] {
  const firstMs = Math.floor(nowMs / hourMs) * hourMs + from * 24 * hourMs;
  if (!instants) return [dateOf(firstMs), dateOf(firstMs + days * 24 * hourMs)];
  const lastMs = Math.floor((came[n % came.length]?.hit.time ?? firstMs) / 1_000) * 1_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  return [iso(Math.min(firstMs, lastMs)), iso(lastMs)];
}
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
