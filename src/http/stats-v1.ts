import { Temporal } from 'temporal-polyfill';
import { normalizedPage } from '../lib/page-path.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { type Day, isDay } from '../lib/site-days.ts';
import { isValueDimension, pageDimensions, valueDimensionNames } from '../model/dimensions.ts';
import type { Answer, Shown } from '../report/answer/answer.ts';

/**
 * Plausible's Stats API v1 as queries of v2: parameters of an address in, `{"results": …}` out.
 * What only v2 knows (metrics, names in filters) is checked there.
 */
export type Parameters = Readonly<Record<string, string>>;

type Translation = { readonly query: object; readonly shape: (answer: Answer) => unknown };

const known = [
  ...[
    'site_id',
    'period',
    'date',
    'metrics',
    'filters',
    'compare',
    'interval',
    'property',
    'limit',
    'page',
  ],
  // Hits that were imported are hits like all others here.
  'with_imported',
];

const defaultLimit = 100;

const maxLimit = 1_000;

function fail(parameter: string, expected: string, came: string): never {
  throw refusedField(parameter, `expected ${expected}; got ${quoted(came)}`);
}

/** One value a metric; with `compare` each with its change. */
export function aggregate(parameters: Parameters, today: Day): Translation {
  const query = common(parameters, today);
  const { compare } = parameters;
  if (compare !== undefined && compare !== 'previous_period')
    fail('compare', 'previous_period', compare);
  return {
    query: compare === undefined ? query : { ...query, include: { compare: { mode: compare } } },
    shape: ({ results: [row] }) =>
      Object.fromEntries(
        query.metrics.map((name, i) => [
          name,
          { value: row!.metrics[i], ...(row!.comparison && { change: row!.comparison.change[i] }) },
        ]),
      ),
  };
}

const intervals = new Map([
  ['hour', 'time:hour'],
  ['day', 'time:day'],
  ['date', 'time:day'],
  ['week', 'time:week'],
  ['month', 'time:month'],
]);

/** One object a bucket, also of those in which nothing was. */
export function timeseries(parameters: Parameters, today: Day): Translation {
  const query = common(parameters, today);
  onlyOfAggregates(parameters);
  const { period = defaultPeriod } = parameters;
  const byMonth = period.endsWith('mo') || period === 'year';
  const { interval = period === 'day' ? 'hour' : byMonth ? 'month' : 'day' } = parameters;
  const time =
    intervals.get(interval) ??
    fail('interval', `one of ${[...intervals.keys()].join(', ')}`, interval);
  return {
    query: { ...withinGroups(query), dimensions: [time], include: { time_labels: true } },
    shape: ({ results, meta }) => {
      const byLabel = new Map(results.map(({ dimensions, metrics }) => [dimensions[0], metrics]));
      return meta.time_labels!.map((date) => ({
        date,
        ...named(query.metrics, byLabel.get(date) ?? query.metrics.map(ofNothing)),
      }));
    },
  };
}

/** What the format has for a bucket in which nothing was. */
const ofNothing = (name: string) => (unknownOfNothing.includes(name) ? null : 0);

const unknownOfNothing = [
  ...['bounce_rate', 'visit_duration', 'scroll_depth', 'time_on_page', 'engaged_time'],
  ...['total_revenue', 'average_revenue'],
];

/** What the format calls `conversion_rate` here is of the visitors of the same row. */
const withinGroups = <Q extends { readonly metrics: readonly string[] }>(query: Q) => ({
  ...query,
  metrics: query.metrics.map((name) =>
    name === 'conversion_rate' ? 'group_conversion_rate' : name,
  ),
});

const isOfGoals = (property: string) =>
  property === 'event:goal' || property.startsWith('event:props:');

/** One object a value of the property, which is named by the last part of its name. */
export function breakdown(parameters: Parameters, today: Day): Translation {
  const query = common(parameters, today);
  onlyOfAggregates(parameters);
  const { property = '' } = parameters;
  if (!isValueDimension(property))
    fail('property', `one of ${valueDimensionNames.join(', ')}`, property);
  const limit = whole(parameters, 'limit', defaultLimit, maxLimit);
  const page = whole(parameters, 'page', 1, 10_000);
  const key = property.replace(/^(event:props|event|visit):/, '');
  return {
    query: {
      ...(isOfGoals(property) ? query : withinGroups(query)),
      dimensions: [property],
      pagination: { limit, offset: (page - 1) * limit },
    },
    shape: ({ results }) =>
      results.map(({ dimensions: [value], metrics }) => ({
        [key]: value,
        ...named(query.metrics, metrics),
      })),
  };
}

const named = (metrics: readonly string[], values: readonly Shown[]) =>
  Object.fromEntries(metrics.map((name, i) => [name, values[i]]));

function onlyOfAggregates({ compare }: Parameters): void {
  if (compare !== undefined) fail('compare', 'none but of aggregate', compare);
}

function common(parameters: Parameters, today: Day) {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) fail('parameters', `no others than ${known.join(', ')}`, unknown);
  const { site_id, metrics = 'visitors', filters = '' } = parameters;
  return {
    site_id,
    metrics: metrics.split(',').map((name) => name.trim()),
    date_range: rangeOf(parameters, today),
    filters: filters.trim() === '' ? [] : filters.split(';').map(filterOf),
  };
}

const defaultPeriod = '30d';

const periods =
  'one of day, 7d, 30d (any number of d), month, 6mo, 12mo (any number of mo), year, all, custom';

/**
 * Unlike those of v2, the periods of v1 end with the day `date` (by default the present one), its
 * month or its year.
 */
function rangeOf({ period = defaultPeriod, date }: Parameters, today: Day): string | [Day, Day] {
  if (period === 'custom') {
    const [first = '', last = '', ...more] = (date ?? '').split(',').map((day) => day.trim());
    const fits = isDay(first) && isDay(last) && first <= last && more.length === 0;
    return fits
      ? [first, last]
      : fail('date', 'two days such as 2026-01-01,2026-01-31', date ?? '');
  }
  if (date !== undefined && !isDay(date)) fail('date', 'a day such as 2026-01-31', date);
  if (period === 'all')
    return date === undefined ? 'all' : fail('date', 'none with the period all', date);
  const last = Temporal.PlainDate.from(date ?? today);
  const [, digits = '1', unit = period] = /^([1-9]\d{0,2})(d|mo)$/.exec(period) ?? [];
  const count = Number(digits);
  const monthEnd = last.with({ day: last.daysInMonth });
  const monthStart = last.with({ day: 1 });
  switch (unit) {
    case 'day':
    case 'd':
      return [last.subtract({ days: count - 1 }).toString(), last.toString()];
    case 'month':
    case 'mo':
      return [monthStart.subtract({ months: count - 1 }).toString(), monthEnd.toString()];
    case 'year':
      return [
        last.with({ month: 1, day: 1 }).toString(),
        last.with({ month: 12, day: 31 }).toString(),
      ];
    default:
      return fail('period', periods, period);
  }
}

const operators = new Map([
  ['==', 'is'],
  ['!=', 'is_not'],
  ['~', 'contains'],
  ['!~', 'contains_not'],
]);

/**
 * `visit:country==DE|AT`: alternatives are parted by `|`, which `\|` is itself; `*` is any
 * characters.
 */
function filterOf(text: string, i: number): unknown[] {
  // A property's name may hold a ~.
  const signs = /^\s*event:props:.*?[=!]=/s.test(text) ? '==|!=' : '==|!=|!~|~';
  const [, name = '', sign = '', value = ''] =
    new RegExp(`^\\s*(.+?)\\s*(${signs})\\s*(.+?)\\s*$`, 's').exec(text) ?? [];
  const operator =
    operators.get(sign) ?? fail(`filters[${i}]`, 'a filter such as visit:country==DE|AT', text);
  const values = value.split(/(?<!\\)\|/).map((one) => one.replaceAll('\\|', '|'));
  const wild =
    name !== 'event:goal' && operator.startsWith('is') && values.some((one) => one.includes('*'));
  return wild
    ? [operator.replace('is', 'matches'), name, values.map((one) => patternOf(name, one))]
    : [operator, name, values];
}

function patternOf(name: string, value: string): string {
  const spelled = pageDimensions.includes(name) ? normalizedPage : (text: string) => text;
  const literal = (text: string) => spelled(text).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `(?s)^${value.split(/\*+/).map(literal).join('.*')}$`;
}

function whole(parameters: Parameters, name: string, otherwise: number, max: number): number {
  const given = parameters[name];
  if (given === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  return number >= 1 && number <= max
    ? number
    : fail(name, `a whole number from 1 to ${max}`, given);
}
