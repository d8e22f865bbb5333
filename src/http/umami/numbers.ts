import type { Site } from '../../account/site.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { direct, notSet } from '../../model/fields.ts';
import type { Measure } from '../../model/measures.ts';
import type { Result } from '../../report/answer/answer.ts';
import type { Reports } from '../../report/engine.ts';
import { type MetricName, measuresOf } from '../../report/query/metrics.ts';
import type { SeenSite } from '../shared-access.ts';
import type { World } from '../world.ts';
import {
  type Asked,
  dimensionOf,
  filtersOf,
  rangeOf,
  type Span,
  stepOf,
  type Unit,
} from './query.ts';

type Body = {
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly filters?: readonly unknown[];
  readonly pagination?: object;
};

/** Of one site, with the filters of a request. */
export function asking({ engine }: Pick<World, 'engine'>, site: SeenSite, asked: Asked) {
  const filters = filtersOf(asked);
  const bodyOf = (span: Span, { filters: more = [], ...body }: Body) => ({
    ...{ ...body, site_id: site.domain, date_range: rangeOf(span) },
    filters: [...filters, ...more],
  });
  return {
    async rows(span: Span, body: Body): Promise<readonly Result[]> {
      return (await (await engine()).query(site, bodyOf(span, body), 'owner')).results;
    },
    async sums(span: Span, dimensions: readonly string[]): Promise<readonly Result[]> {
      const body = bodyOf(span, { metrics: summed, dimensions });
      const reports: Reports = await engine();
      const [answer] = await reports.sums(site, [body], 'owner');
      return answer!.results;
    },
  };
}

/** What Umami's numbers are made of, without rounding between. */
const summed: readonly MetricName[] = [
  ...(['pageviews', 'visitors', 'visits', 'bounce_rate', 'visit_duration'] as const),
];

type Sums = Readonly<Record<'pageviews' | 'visitors' | 'visits' | 'bounces' | 'ms', number>>;

export const nothing: Sums = { pageviews: 0, visitors: 0, visits: 0, bounces: 0, ms: 0 };

export function sumsOf(rows: readonly Result[]): readonly Sums[] {
  const names = measuresOf(summed);
  return rows.map(({ metrics }) => {
    const value = (name: Measure) => Number(metrics[names.indexOf(name)] ?? 0);
    return {
      ...{ pageviews: value('pageviews'), visitors: value('visitors'), visits: value('visits') },
      ...{ bounces: value('bounces'), ms: value('duration_ms') },
    };
  });
}

export const added = (a: Sums, b: Sums): Sums => ({
  ...{ pageviews: a.pageviews + b.pageviews, visitors: a.visitors + b.visitors },
  ...{ visits: a.visits + b.visits, bounces: a.bounces + b.bounces, ms: a.ms + b.ms },
});

export const shown = ({ ms, ...sums }: Sums) => ({ ...sums, totaltime: Math.round(ms / 1_000) });

/** Steps of a row each; several of a year are one. */
export function pointsOf(
  rows: readonly Result[],
  metric: number,
  { unit, site }: { readonly unit: Unit; readonly site: Pick<Site, 'zones'> },
): readonly { readonly x: string; readonly y: number }[] {
  const sums = new Map<string, number>();
  for (const {
    dimensions: [label],
    metrics: values,
  } of rows) {
    const x = stepOf(label!, unit, site.zones);
    sums.set(x, (sums.get(x) ?? 0) + Number(values[metric]));
  }
  return [...sums].map(([x, y]) => ({ x, y }));
}

export const isReferrer = (type: string) => type === 'referrer' || type === 'domain';

/** Numbers of rows by Umami's name of their value: of referrers the host alone. */
export function named<T>(
  type: string,
  rows: readonly Result[],
  numbers: readonly T[],
  add: (a: T, b: T) => T,
): [string | null, T][] {
  const { small } = dimensionOf(type);
  const all = new Map<string | null, T>();
  for (const [i, { dimensions }] of rows.entries()) {
    const [given] = dimensions;
    const number = numbers[i]!;
    if (given === direct) continue;
    const host = isReferrer(type) ? given!.split('/')[0]! : given!;
    const name = given === notSet ? null : small ? host.toLowerCase() : host;
    // What a page or an event has not got is in no list of Umami's.
    if (name === null && !ofVisitors.includes(type)) continue;
    const before = all.get(name);
    all.set(name, before === undefined ? number : add(before, number));
  }
  const found = [...all];
  if (isReferrer(type) && found.every(([, value]) => typeof value === 'number'))
    found.sort(([, a], [, b]) => Number(b) - Number(a));
  return found;
}

const ofVisitors = ['country', 'region', 'city', 'browser', 'os', 'device', 'language', 'screen'];

export function pageOf<T>({ limit, offset }: Asked, rows: readonly T[]): readonly T[] {
  const whole = (name: string, text: string | undefined, otherwise: number) => {
    if (text === undefined || text === '') return otherwise;
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw refusedField(name, `expected a whole number, got ${text.slice(0, 60)}`);
  };
  const first = whole('offset', offset, 0);
  return rows.slice(first, first + whole('limit', limit, 500));
}
