import { type Field, type FieldName, fieldNames, fields, notSet } from './fields.ts';
import { otherRobots } from './robot-kinds.ts';

/** A dimension of a hit `h` or of its visit `v`: whose it is, and its value as SQL. */
type DimensionSql = {
  readonly of: 'hit' | 'visit';
  /** A value that is not known is a text too: what a report shows is what a filter matches. */
  readonly sql: string;
  /** Roll-ups have it. */
  readonly rolled: boolean;
  readonly label?: string;
  readonly spelled?: 'page' | 'host';
  readonly large?: true;
  readonly ofCities?: true;
  readonly ofRobots?: true;
  /** The schema of roll-ups that have it first. */
  readonly since: number;
  /** The same of a visit's first pageview, as SQL over `v`. */
  readonly entrySql?: string;
  /** They are the names of another dimension's codes: those that a table `(code, name)` knows. */
  readonly names?: Names;
  /** Its value depends on patterns of the site's: `dimensionValueSql` has them. */
  readonly grouped?: true;
  /** A hit may have several values of it, or none: rows are grouped by it, and not tested. */
  readonly ofMany?: true;
};

export type Names = {
  readonly table: 'country_names' | 'region_names' | 'robot_kinds';
  readonly of: 'visit:country' | 'visit:region' | 'event:robot';
  /** What a code without a name is; absent: its own name. */
  readonly unnamed?: string;
};

const orElse = (column: string, missing: string | undefined) =>
  missing === undefined ? column : `coalesce(${column}, '${missing}')`;

const ofEnds = (
  column: string,
  more: Pick<DimensionSql, 'spelled' | 'large' | 'label'>,
): DimensionSql => ({
  ...{ of: 'visit', sql: orElse(`v.${column}`, notSet), rolled: true, since: 1 },
  ...more,
});

/** What is not a field of a hit: how a visit began and ended. */
const endDimensions = {
  'visit:entry_page': ofEnds('entry_page', { spelled: 'page', large: true, label: 'Entry page' }),
  'visit:exit_page': ofEnds('exit_page', { spelled: 'page', large: true, label: 'Exit page' }),
  'visit:entry_page_hostname': ofEnds('entry_hostname', { spelled: 'host' }),
  'visit:exit_page_hostname': ofEnds('exit_hostname', { spelled: 'host' }),
};

/** A page, or the pattern of the site's that it fits first. */
const groupDimensions = {
  'event:page_group': {
    ...{ of: 'hit', sql: 'h.page', rolled: false, since: 1 },
    ...{ spelled: 'page', label: 'Page group', grouped: true },
  },
} satisfies Readonly<Record<string, DimensionSql>>;

/** The properties that hits have, whatever their values; an empty one is as good as none. */
const manyDimensions = {
  'event:property': {
    of: 'hit',
    sql: `unnest(list_filter(map_keys(h.props), lambda name:
      map_extract_value(h.props, name) NOT IN ('', '${notSet}')))`,
    ...{ rolled: false, since: 1, label: 'Property', ofMany: true },
  },
} satisfies Readonly<Record<string, DimensionSql>>;

const ofNames = (sql: string): DimensionSql => ({ of: 'visit', sql, rolled: false, since: 1 });

const namesOf = (column: 'country' | 'region'): DimensionSql => {
  const table = `${column}_names` as const;
  const name = `(SELECT name FROM ${table} WHERE code = v.${column})`;
  return {
    ...ofNames(`coalesce(${name}, v.${column}, '${notSet}')`),
    names: { table, of: `visit:${column}` },
  };
};

/** Names of what a field has codes for. */
const nameDimensions = {
  'visit:country_name': namesOf('country'),
  'visit:region_name': { ...namesOf('region'), ofCities: true, label: 'Region' },
  'visit:city_name': { ...ofNames(orElse('v.city', notSet)), ofCities: true },
} satisfies Readonly<Record<string, DimensionSql>>;

/** What kind of robot one is, by its name. */
const robotDimensions = {
  'event:robot_kind': {
    of: 'hit',
    sql: `coalesce((SELECT name FROM robot_kinds WHERE code = h.robot), '${otherRobots}')`,
    ...{ rolled: false, since: 1, ofRobots: true },
    names: { table: 'robot_kinds', of: 'event:robot', unnamed: otherRobots },
  },
} satisfies Readonly<Record<string, DimensionSql>>;

type FieldDimensionName = {
  [K in FieldName]: (typeof fields)[K] extends { readonly dimension: { readonly name: infer N } }
    ? N
    : never;
}[FieldName];

/** What has a column of its own. */
export type FieldDimension =
  | FieldDimensionName
  | keyof typeof endDimensions
  | keyof typeof nameDimensions
  | keyof typeof robotDimensions
  | keyof typeof groupDimensions
  | keyof typeof manyDimensions;

function dimensionsOf(owner: 'hit' | 'visit'): [FieldDimensionName, DimensionSql][] {
  return fieldNames.flatMap((fieldName): [FieldDimensionName, DimensionSql][] => {
    const { of, column, dimension, since = 1 }: Field = fields[fieldName];
    if (of !== owner || dimension === undefined) return [];
    const { name, missing, entry, ...traits } = dimension;
    const value = {
      ...{ of, sql: orElse(`${of === 'hit' ? 'h' : 'v'}.${column}`, missing), since },
      rolled: dimension.ofRobots !== true,
      ...(entry !== undefined && { entrySql: orElse(`v.${entry}`, missing) }),
    };
    return [[name as FieldDimensionName, { ...value, ...traits }]];
  });
}

/** What a report groups and filters by, as SQL. */
export const fieldDimensions = Object.fromEntries([
  ...dimensionsOf('hit'),
  ...Object.entries(groupDimensions),
  ...Object.entries(manyDimensions),
  ...Object.entries(endDimensions),
  ...dimensionsOf('visit'),
  ...Object.entries(nameDimensions),
  ...Object.entries(robotDimensions),
]) as Readonly<Record<FieldDimension, DimensionSql>>;

const namesWhere = (holds: (dimension: DimensionSql) => boolean): FieldDimension[] =>
  (Object.keys(fieldDimensions) as FieldDimension[]).filter((name) => holds(fieldDimensions[name]));

/** Those that roll-ups are by, besides properties. */
export const rolledOfHits = namesWhere(({ of, rolled }) => of === 'hit' && rolled);

export const rolledOfVisits = namesWhere(({ of, rolled }) => of === 'visit' && rolled);

/**
 * Stretches of time. All but the minute and the hour are functions of the site-day, so that rows
 * are grouped by day first and these group its sums; `label` is over `day` (a DATE), and `hour` or
 * `minute` (those of the site's clock since 1970).
 */
export const times = {
  'time:minute': {
    label: `strftime(make_timestamp(minute * 60000000), '%Y-%m-%d %H:%M:00')`,
  },
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

export type ValueDimension = FieldDimension | PropName | 'event:goal';

export type TimeName = keyof typeof times;

/** The stretches among these that are parts of a day, by the columns that they are in. */
export const partsOfDay = (dimensions: readonly string[]): ('minute' | 'hour')[] =>
  (['minute', 'hour'] as const).filter((part) => dimensions.includes(`time:${part}`));

export type Dimension = ValueDimension | TimeName;

/** Property names are at most this long when they come in. */
export const maxPropNameLength = 300;

/** What properties are by: `event:props:<name>`. An empty value is as good as none. */
export const propPrefix = 'event:props:';

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
 * All that may be named in a filter, as an error lists it. What only a database of cities fills may
 * always be named, but stands in no list.
 */
export const valueDimensionNames: readonly string[] = [
  ...namesWhere(({ ofCities, ofMany }) => !ofCities && !ofMany),
  'event:goal',
  'event:props:<name>',
];

/** Rows can be grouped by them, and not tested. */
export const manyDimensionNames: readonly string[] = Object.keys(manyDimensions);

/** It is by patterns of the site's. */
export const isGrouped = (name: string): boolean =>
  isFieldDimension(name) && fieldDimensions[name].grouped === true;

/**
 * A dimension of `h` or `v` as SQL. A goal is none: a hit may reach several. `groupSql` is the
 * value of one that is grouped by patterns, from its plain value.
 */
export function dimensionValueSql(
  name: Exclude<ValueDimension, 'event:goal'>,
  bind: (value: string) => string,
  groupSql: (sql: string) => string = (sql) => sql,
): string {
  if (isFieldDimension(name) && fieldDimensions[name].grouped)
    return groupSql(fieldDimensions[name].sql);
  return isFieldDimension(name)
    ? fieldDimensions[name].sql
    : `coalesce(nullif(map_extract_value(h.props, ${bind(name.slice(propPrefix.length))}), ''),
      '(not set)')`;
}

/** Their values are pages: normalized, or '(not set)'. */
export const pageDimensions: readonly string[] = namesWhere(({ spelled }) => spelled === 'page');

/** Their values are host names in ASCII (punycode), or '(not set)'. */
export const hostnameDimensions: readonly string[] = namesWhere(
  ({ spelled }) => spelled === 'host',
);

/** Their roll-ups have many rows. */
export const largeDimensions: readonly string[] = namesWhere(({ large }) => large === true);

/** Whose names its values are, if it is such a dimension. */
export const namesIn = (name: string): Names | undefined =>
  isFieldDimension(name) ? fieldDimensions[name].names : undefined;

/** It is of robots' rows alone: a query that names it counts these, and no others. */
export const isOfRobots = (name: string): boolean =>
  isFieldDimension(name) && fieldDimensions[name].ofRobots === true;

/** Dimensions of hits that a visit has as well: those of the pageview it began with. */
export const entryDimensions: readonly ValueDimension[] = namesWhere(
  ({ entrySql }) => entrySql !== undefined,
);

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
