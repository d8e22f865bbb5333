/**
 * What a report groups and filters by. `of`: what it describes. `sql` is over `h` (a hit) or `v`
 * (its visit); a value that is not known is a text too, so that what a report shows is what a
 * filter matches.
 */
type DimensionSql = { readonly of: 'hit' | 'visit'; readonly sql: string };

const orElse = (column: string, missing: string) => `coalesce(${column}, '${missing}')`;

const ofHit = (column: string): DimensionSql => ({
  of: 'hit',
  sql: orElse(`h.${column}`, '(not set)'),
});

const ofVisit = (column: string, missing = '(not set)'): DimensionSql => ({
  of: 'visit',
  sql: orElse(`v.${column}`, missing),
});

export const fieldDimensions = {
  'event:name': { of: 'hit', sql: 'h.name' },
  'event:page': { of: 'hit', sql: 'h.page' },
  'event:hostname': ofHit('hostname'),
  'visit:entry_page': ofVisit('entry_page'),
  'visit:exit_page': ofVisit('exit_page'),
  'visit:entry_page_hostname': ofVisit('entry_hostname'),
  'visit:exit_page_hostname': ofVisit('exit_hostname'),
  'visit:source': ofVisit('source', 'Direct / None'),
  'visit:referrer': ofVisit('referrer', 'Direct / None'),
  'visit:channel': ofVisit('channel'),
  'visit:utm_source': ofVisit('utm_source'),
  'visit:utm_medium': ofVisit('utm_medium'),
  'visit:utm_campaign': ofVisit('utm_campaign'),
  'visit:utm_content': ofVisit('utm_content'),
  'visit:utm_term': ofVisit('utm_term'),
  'visit:browser': ofVisit('browser'),
  'visit:browser_version': ofVisit('browser_version'),
  'visit:os': ofVisit('os'),
  'visit:os_version': ofVisit('os_version'),
  'visit:device': ofVisit('device'),
  'visit:screen': ofVisit('screen'),
  'visit:language': ofVisit('language'),
  'visit:country': ofVisit('country'),
  'visit:region': ofVisit('region'),
  'visit:city': ofVisit('city'),
  'visit:country_name': {
    of: 'visit',
    sql: `coalesce((SELECT name FROM country_names WHERE code = v.country), v.country,
      '(not set)')`,
  },
  'visit:region_name': {
    of: 'visit',
    sql: `coalesce((SELECT name FROM region_names WHERE code = v.region), v.region, '(not set)')`,
  },
  'visit:city_name': ofVisit('city'),
} as const satisfies Readonly<Record<string, DimensionSql>>;

/**
 * Stretches of time. All but the hour are functions of the site-day, so that rows are grouped by
 * day first and these group its sums; `label` is over `day` (a DATE) and `hour` (hours of the
 * site's clock since 1970).
 */
export const times = {
  'time:hour': { label: `strftime(make_timestamp(hour * 3600000000), '%Y-%m-%d %H:00:00')` },
  'time:day': { label: `strftime(day, '%Y-%m-%d')` },
  // A week that began before the range is named by the range's first day, as Plausible does.
  // `$shift`: by so many days the site's weeks start after Monday.
  'time:week': {
    label:
      "strftime(greatest(date_trunc('week', day - $shift)::DATE + $shift, $first), '%Y-%m-%d')",
  },
  'time:month': { label: `strftime(date_trunc('month', day)::DATE, '%Y-%m-%d')` },
} as const satisfies Readonly<Record<string, { readonly label: string }>>;

/**
 * A property of a hit, by any name. A name is a value: it is bound to a statement and never stands
 * in its text.
 */
export type PropName = `event:props:${string}`;

/** What has a column of its own. */
export type FieldDimension = keyof typeof fieldDimensions;

export type ValueDimension = FieldDimension | PropName | 'event:goal';

export type TimeName = keyof typeof times;

export type Dimension = ValueDimension | TimeName;

/** Property names are at most this long when they come in. */
export const maxPropNameLength = 300;

const propPrefix = 'event:props:';

export const isProp = (name: string): name is PropName =>
  name.startsWith(propPrefix) &&
  name.length > propPrefix.length &&
  name.length <= propPrefix.length + maxPropNameLength;

export const isFieldDimension = (name: string): name is FieldDimension =>
  Object.hasOwn(fieldDimensions, name);

export const isValueDimension = (name: string): name is ValueDimension =>
  isFieldDimension(name) || isProp(name) || name === 'event:goal';

export const isTime = (name: string): name is TimeName => Object.hasOwn(times, name);

export const ofHits = (name: ValueDimension): boolean =>
  !isFieldDimension(name) || fieldDimensions[name].of === 'hit';

/**
 * Filled only by a city database, which the owner brings. They may always be named, but stand in no
 * list: without one there is nothing in them.
 */
const ofCities: ReadonlySet<string> = new Set([
  'visit:region',
  'visit:region_name',
  'visit:city',
  'visit:city_name',
]);

/** All that may be named in a filter, as an error lists it. */
export const valueDimensionNames: readonly string[] = [
  ...Object.keys(fieldDimensions).filter((name) => !ofCities.has(name)),
  'event:goal',
  'event:props:<name>',
];

/** A dimension of `h` or `v` as SQL. A goal is none: a hit may reach several. */
export function dimensionValueSql(
  name: Exclude<ValueDimension, 'event:goal'>,
  bind: (value: string) => string,
): string {
  return isFieldDimension(name)
    ? fieldDimensions[name].sql
    : `coalesce(nullif(map_extract_value(h.props, ${bind(name.slice(propPrefix.length))}), ''),
      '(not set)')`;
}

/** Their values are pages: normalized, or '(not set)'. */
export const pageDimensions: readonly string[] = [
  'event:page',
  'visit:entry_page',
  'visit:exit_page',
] satisfies readonly ValueDimension[];

/** Their values are host names in ASCII (punycode), or '(not set)'. */
export const hostnameDimensions: readonly string[] = [
  'event:hostname',
  'visit:entry_page_hostname',
  'visit:exit_page_hostname',
] satisfies readonly ValueDimension[];

/** Dimensions of hits that a visit has as well: those of the pageview it began with. */
export const entryDimensions: readonly ValueDimension[] = ['event:page', 'event:hostname'];

/** ISO 3166-1 alpha-2 codes with their English names, as this runtime knows them. */
export function countryNames(): [code: string, name: string][] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((a) =>
    letters.flatMap((b): [string, string][] => {
      const name = names.of(a + b);
      return name === undefined ? [] : [[a + b, name]];
    }),
  );
}
