import { Temporal } from 'temporal-polyfill';
import { hourMs, minuteMs } from '../../lib/clock.ts';
import { quoted, refusedField } from '../../lib/refused-fields.ts';
import { dayStart, type ZoneSpan, zoneAt } from '../../lib/site-days.ts';
import { direct, notSet } from '../../model/fields.ts';

/** The parameters of a request for Umami's numbers. */
export type Asked = Readonly<Record<string, string | undefined>>;

/** What every route that reads a website is. */
export const read = {
  method: 'GET',
  who: 'viewer',
  site: { in: 'path', name: 'site' },
  tag: 'Umami API',
  shape: 'umami',
  errors: [503],
} as const;

type Dimension = {
  readonly name: string;
  /** Its values are words of ours, that Umami writes in small letters. */
  readonly small?: true;
};

/** Umami's names of what is counted, both as the type of a list and as a filter. */
const dimensions: Readonly<Record<string, Dimension>> = {
  path: { name: 'event:page' },
  entry: { name: 'visit:entry_page' },
  exit: { name: 'visit:exit_page' },
  title: { name: 'event:page_title' },
  referrer: { name: 'visit:referrer' },
  domain: { name: 'visit:referrer' },
  channel: { name: 'visit:channel' },
  country: { name: 'visit:country' },
  region: { name: 'visit:region' },
  city: { name: 'visit:city_name' },
  browser: { name: 'visit:browser' },
  os: { name: 'visit:os' },
  device: { name: 'visit:device', small: true },
  language: { name: 'visit:language' },
  screen: { name: 'visit:screen' },
  event: { name: 'event:name' },
  hostname: { name: 'event:hostname' },
  tag: { name: 'event:props:tag' },
  utmSource: { name: 'visit:utm_source' },
  utmMedium: { name: 'visit:utm_medium' },
  utmCampaign: { name: 'visit:utm_campaign' },
  utmContent: { name: 'visit:utm_content' },
  utmTerm: { name: 'visit:utm_term' },
};

/** Filters of Umami by what is not kept here: they are refused, not passed over. */
const notKept = ['query', 'distinctId', 'cohort'];

/** The dimension of a list's type. */
export function dimensionOf(type: string): Dimension {
  const found = Object.hasOwn(dimensions, type) ? dimensions[type] : undefined;
  if (found !== undefined) return found;
  throw refusedField(
    'type',
    `expected one of ${Object.keys(dimensions).join(', ')}, got ${quoted(type).slice(0, 60)}`,
  );
}

export type Span = { readonly startMs: number; readonly endMs: number };

/** The range of a request, its last moment included. */
export function spanOf(asked: Asked): Span {
  const [startMs, endMs] = (['start', 'end'] as const).map((edge) => {
    const at = asked[`${edge}At`];
    const date = asked[`${edge}Date`];
    const ms = at !== undefined ? Number(at) : Date.parse(date ?? '');
    // What a date can say in ISO 8601 without a sign.
    if (ms >= 0 && ms < 253_370_764_800_000) return Math.trunc(ms);
    const expected = `expected ms since 1970, or ${edge}Date as ISO 8601`;
    throw refusedField(`${edge}At`, `${expected}; got ${quoted(at ?? date).slice(0, 60)}`);
  }) as [number, number];
  if (endMs < startMs) throw refusedField('endAt', 'expected a time that is not before startAt');
  return { startMs, endMs };
}

/** What a range is compared with: the time before it, as long; or the same of the year before. */
export function otherSpan({ startMs, endMs }: Span, compare = 'prev'): Span {
  if (compare === 'prev') {
    const ms = endMs - startMs + 1;
    return { startMs: Math.max(0, startMs - ms), endMs: Math.max(0, startMs - 1) };
  }
  if (compare !== 'yoy')
    throw refusedField('compare', `expected prev or yoy, got ${quoted(compare).slice(0, 60)}`);
  const before = (ms: number) => {
    const date = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC');
    return Math.max(0, date.subtract({ years: 1 }).epochMilliseconds);
  };
  return { startMs: before(startMs), endMs: before(endMs) };
}

export const rangeOf = ({ startMs, endMs }: Span) =>
  [new Date(startMs).toISOString(), new Date(endMs).toISOString()] as const;

const operators: Readonly<Record<string, string>> = {
  ...{ eq: 'is', neq: 'is_not', c: 'contains', dnc: 'contains_not' },
  ...{ re: 'matches', nre: 'matches_not', s: 'is_not', ns: 'is' },
};

/** The filters of a request in the query language. */
export function filtersOf(asked: Asked): readonly unknown[] {
  const refused = notKept.find((name) => asked[name] !== undefined);
  if (refused !== undefined) throw refusedField(refused, 'expected none: this is not kept');
  const filters = Object.keys(dimensions).flatMap((name) => {
    const value = asked[name];
    return value === undefined || value === '' ? [] : [filterOf(name, value)];
  });
  const all = asked['match'] === 'any' && filters.length > 1 ? [['or', filters]] : filters;
  const { segment, search } = asked;
  return [
    ...all,
    ...(segment ? [['is', 'segment', [segment]]] : []),
    ...(search ? [['or', [searchIn('event:page', search), searchIn('event:name', search)]]] : []),
  ];
}

const searchIn = (dimension: string, text: string) => ['contains', dimension, [text]];

/** `eq.a,b`; without an operator it is `eq`. */
function filterOf(name: string, value: string): readonly unknown[] {
  const [, word, rest] = /^([a-z]{1,3})\.(.*)$/s.exec(value) ?? [];
  const isKnown = word !== undefined && Object.hasOwn(operators, word);
  const operator = isKnown ? operators[word]! : 'is';
  const text = isKnown ? rest! : value;
  const dimension = dimensions[name]!;
  const missing = dimension.name === 'visit:referrer' ? direct : notSet;
  const values =
    word === 's' || word === 'ns'
      ? [missing]
      : operator === 'is' || operator === 'is_not'
        ? text.split(',')
        : [text];
  if (dimension.name === 'visit:referrer' && operator.startsWith('is') && values[0] !== missing)
    return ofHosts(operator, values);
  const caseless = dimension.small && /^(is|contains)$/.test(operator);
  return [operator, dimension.name, values, ...(caseless ? [{ case_sensitive: false }] : [])];
}

/** Umami's referrers are host names, ours have a path behind them. */
const ofHosts = (operator: string, hosts: readonly string[]) => [
  operator === 'is' ? 'matches' : 'matches_not',
  'visit:referrer',
  hosts.map((host) => `^${host.replace(/[^\w-]/g, '\\$&')}(/|$)`),
];

const units = ['minute', 'hour', 'day', 'month', 'year'] as const;

export type Unit = (typeof units)[number];

/** How long a range may be for each unit; beyond it the next one is given, as Umami does. */
const mostMs: Readonly<Record<Unit, number>> = {
  ...{ minute: 60 * minuteMs, hour: 30 * 24 * hourMs, day: 184 * 24 * hourMs },
  ...{ month: Number.POSITIVE_INFINITY, year: Number.POSITIVE_INFINITY },
};

/** The unit of a request's steps. */
export function unitOf({ unit }: Asked, { startMs, endMs }: Span): Unit {
  const first = unit === undefined ? 0 : units.indexOf(unit as Unit);
  if (first < 0)
    throw refusedField('unit', `expected one of ${units.join(', ')}, got ${quoted(unit)}`);
  const ms = endMs - startMs;
  const wanted = units.slice(first).find((one) => ms <= mostMs[one])!;
  return unit === undefined && wanted === 'hour' && ms > 48 * hourMs ? 'day' : wanted;
}

/** The time dimension that steps are made of: years of months. */
export const timeOf = (unit: Unit) => `time:${unit === 'year' ? 'month' : unit}`;

/**
 * The beginning of a step that a row names in the site's time, as Umami writes it: `2026-11-20`,
 * `2026-11-20 10:00:00`.
 */
export function stepOf(label: string, unit: Unit, zones: readonly ZoneSpan[]): string {
  const day = unit === 'year' ? `${label.slice(0, 4)}-01-01` : label.slice(0, 10);
  const startMs = dayStart(zones, day);
  const ms =
    label.length <= 10
      ? startMs
      : Temporal.PlainDateTime.from(label.replace(' ', 'T')).toZonedDateTime(zoneAt(zones, startMs))
          .epochMilliseconds;
  return isoSecond(ms);
}

/** Umami's answers have no fractions of seconds. */
export const isoSecond = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
