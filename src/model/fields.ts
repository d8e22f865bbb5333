/**
 * The fields of a hit: the one table from which the stored JSON, mounted tables, Parquet files,
 * roll-ups, exports, CSV and the dimensions of queries are derived. The order is that of CSV and,
 * within texts, of the columns.
 */

/** What a field's value is, in JSON. */
type Values = {
  text: string;
  /** 64 bits as 16 hex digits. */
  id: string;
  /** Milliseconds since 1970. */
  instant: number;
  ms: number;
  /** 0 to 100. */
  percent: number;
  /** Only ever false; absent means true. */
  no: false;
  texts: Readonly<Record<string, string>>;
  /** An ISO 4217 code; the amount has three decimals at the most. */
  money: { readonly currency: string; readonly amount: number };
  json: Readonly<Record<string, unknown>>;
};

export type Field = {
  readonly type: keyof Values;
  /** In tables and files; `money` has two, `currency` and `amount`. */
  readonly column: string;
  /**
   * Whose it is: the hit's own; the visit's, taken over from its first hit; or an engagement's, of
   * which a pageview gets the greatest or the sum (`attach`).
   */
  readonly of: 'hit' | 'visit' | 'engagement';
  readonly attach?: 'max' | 'sum';
  /** Every hit has it. */
  readonly always?: true;
  readonly dimension?: FieldDimension;
  /** The schema of files that have it first; absent: 1. */
  readonly since?: number;
  /** For the columns in docs/ledger.md, which `npm run documents` writes from here. */
  readonly doc: string;
};

/** What reports group and filter by a field's value. */
type FieldDimension = {
  readonly name: `${'event' | 'visit'}:${string}`;
  /** What the dashboard calls it; absent: the dashboard does not filter by it. */
  readonly label?: string;
  /** The text of a value that is not known; absent where every hit has one. */
  readonly missing?: string;
  /** How its values are spelled alike. */
  readonly spelled?: 'page' | 'host';
  /** Its roll-up has many rows: they are read from a table of their own. */
  readonly large?: true;
  /** The column of the visit that has it of the visit's first pageview. */
  readonly entry?: string;
  /** Filled only by a database of cities, which the owner brings. */
  readonly ofCities?: true;
  /** It is of robots' rows, which no other report counts; it is not rolled up. */
  readonly ofRobots?: true;
};

export const notSet = '(not set)';

/** The source of who came without one. */
export const direct = 'Direct / None';

export const fields = {
  time: {
    ...{ type: 'instant', column: 'time', of: 'hit', always: true },
    doc: 'when it happened, in UTC, in whole ms',
  },
  id: {
    ...{ type: 'id', column: 'id', of: 'hit', always: true },
    doc: 'unique within its site-day',
  },
  name: {
    ...{ type: 'text', column: 'name', of: 'hit', always: true },
    dimension: { name: 'event:name', label: 'Event' },
    doc: '`pageview`, `engagement`, or the name of a custom event',
  },
  visitor: {
    ...{ type: 'id', column: 'visitor', of: 'hit', always: true },
    doc: 'one browser on one site on one day; of a robot 0',
  },
  hostname: {
    ...{ type: 'text', column: 'hostname', of: 'hit', always: true },
    dimension: {
      ...{
        name: 'event:hostname',
        label: 'Host name',
        missing: notSet,
        spelled: 'host',
        entry: 'entry_hostname',
      },
    },
    doc: 'of the page, without `www.`; NULL where the sender named none',
  },
  page: {
    ...{ type: 'text', column: 'page', of: 'hit', always: true },
    dimension: {
      name: 'event:page',
      label: 'Page',
      spelled: 'page',
      large: true,
      entry: 'entry_page',
    },
    doc: 'the path, in one spelling; may be empty',
  },
  referrer: {
    ...{ type: 'text', column: 'referrer', of: 'visit' },
    dimension: { name: 'visit:referrer', label: 'Referrer', missing: direct },
    doc: 'host and path of another site',
  },
  source: {
    ...{ type: 'text', column: 'source', of: 'visit' },
    dimension: { name: 'visit:source', label: 'Source', missing: direct },
    doc: 'name of the source, else the referring host or `utm_source`; NULL: direct',
  },
  channel: {
    ...{ type: 'text', column: 'channel', of: 'visit', always: true },
    dimension: { name: 'visit:channel', label: 'Channel', missing: notSet },
    doc: 'the kind of source, such as `Organic Search`',
  },
  utmSource: {
    ...{ type: 'text', column: 'utm_source', of: 'visit' },
    dimension: { name: 'visit:utm_source', label: 'UTM source', missing: notSet },
    doc: 'a tag of the URL',
  },
  utmMedium: {
    ...{ type: 'text', column: 'utm_medium', of: 'visit' },
    dimension: { name: 'visit:utm_medium', label: 'Medium', missing: notSet },
    doc: 'a tag of the URL',
  },
  utmCampaign: {
    ...{ type: 'text', column: 'utm_campaign', of: 'visit' },
    dimension: { name: 'visit:utm_campaign', label: 'Campaign', missing: notSet },
    doc: 'a tag of the URL',
  },
  utmContent: {
    ...{ type: 'text', column: 'utm_content', of: 'visit' },
    dimension: { name: 'visit:utm_content', label: 'UTM content', missing: notSet },
    doc: 'a tag of the URL',
  },
  utmTerm: {
    ...{ type: 'text', column: 'utm_term', of: 'visit' },
    dimension: { name: 'visit:utm_term', label: 'UTM term', missing: notSet },
    doc: 'a tag of the URL',
  },
  browser: {
    ...{ type: 'text', column: 'browser', of: 'visit' },
    dimension: { name: 'visit:browser', label: 'Browser', missing: notSet },
    doc: 'its name',
  },
  browserVersion: {
    ...{ type: 'text', column: 'browser_version', of: 'visit' },
    dimension: { name: 'visit:browser_version', label: 'Browser version', missing: notSet },
    doc: "the browser's main version",
  },
  os: {
    ...{ type: 'text', column: 'os', of: 'visit' },
    dimension: { name: 'visit:os', label: 'System', missing: notSet },
    doc: 'the name of the operating system',
  },
  osVersion: {
    ...{ type: 'text', column: 'os_version', of: 'visit' },
    dimension: { name: 'visit:os_version', label: 'System version', missing: notSet },
    doc: "the operating system's version",
  },
  device: {
    ...{ type: 'text', column: 'device', of: 'visit' },
    dimension: { name: 'visit:device', label: 'Device', missing: notSet },
    doc: '`Mobile`, `Tablet`, `Laptop` or `Desktop`',
  },
  country: {
    ...{ type: 'text', column: 'country', of: 'visit' },
    dimension: { name: 'visit:country', label: 'Country', missing: notSet },
    doc: 'ISO 3166-1 alpha-2',
  },
  region: {
    ...{ type: 'text', column: 'region', of: 'visit' },
    dimension: { name: 'visit:region', missing: notSet, ofCities: true },
    doc: 'ISO 3166-2',
  },
  city: {
    ...{ type: 'text', column: 'city', of: 'visit' },
    dimension: { name: 'visit:city', label: 'City', missing: notSet, ofCities: true },
    doc: 'its name in English',
  },
  language: {
    ...{ type: 'text', column: 'language', of: 'visit' },
    dimension: { name: 'visit:language', label: 'Language', missing: notSet },
    doc: 'BCP 47, as the browser said it',
  },
  screen: {
    ...{ type: 'text', column: 'screen', of: 'visit' },
    dimension: { name: 'visit:screen', label: 'Screen', missing: notSet },
    doc: "class of the screen's width",
  },
  interactive: {
    ...{ type: 'no', column: 'interactive', of: 'hit' },
    doc: 'false: the event does not count against a bounce',
  },
  props: { type: 'texts', column: 'props', of: 'hit', doc: 'custom properties' },
  revenue: { type: 'money', column: 'amount', of: 'hit', doc: 'revenue of the event' },
  scrollDepth: {
    ...{ type: 'percent', column: 'scroll_depth', of: 'engagement', attach: 'max' },
    doc: 'per cent of the page; of a pageview the deepest of its engagements',
  },
  engagedMs: {
    ...{ type: 'ms', column: 'engaged_ms', of: 'engagement', attach: 'sum' },
    doc: 'ms in view and used; of a pageview the sum of its engagements',
  },
  sent: {
    ...{ type: 'json', column: 'sent', of: 'hit' },
    doc: 'JSON: the fields that a sender to `/analytics` stored',
  },
  // What came later stands at the end, so that the columns of CSV keep their places.
  title: {
    ...{ type: 'text', column: 'page_title', of: 'hit', since: 2 },
    dimension: { name: 'event:page_title', label: 'Page title', missing: notSet, large: true },
    doc: "the page's title, as its browser had it",
  },
  robot: {
    ...{ type: 'text', column: 'robot', of: 'hit', since: 2 },
    dimension: { name: 'event:robot', missing: notSet, ofRobots: true },
    doc: "of a robot's row: the robot's name",
  },
} as const satisfies Readonly<Record<string, Field>>;

type Fields = typeof fields;

export type FieldName = keyof Fields;

type AlwaysName = {
  [K in FieldName]: Fields[K] extends { readonly always: true } ? K : never;
}[FieldName];

type ValueOf<K extends FieldName> = Values[Fields[K]['type']];

/**
 * One recorded request, as it is stored (one JSON text a row) and given back. Absent means not
 * known. What a field means stands in `fields`.
 */
export type Hit = { readonly [K in AlwaysName]: ValueOf<K> } & {
  readonly [K in Exclude<FieldName, AlwaysName>]?: ValueOf<K>;
};

/** A hit as it is made: every field is named, so that none is forgotten. */
export type MadeHit = { readonly [K in FieldName]: Hit[K] | undefined };

export const fieldNames = Object.keys(fields) as FieldName[];

const fieldOf = (name: FieldName): Field => fields[name];

/** Names and columns of the texts that are not in every hit's key: all but name, host and page. */
type TextName = Exclude<
  { [K in FieldName]: Fields[K]['type'] extends 'text' ? K : never }[FieldName],
  'name' | 'hostname' | 'page'
>;

type TextField = {
  readonly name: TextName;
  readonly column: string;
  readonly of: Field['of'];
  readonly since: number;
};

const isPlainText = (name: FieldName): name is TextName =>
  fieldOf(name).type === 'text' && !['name', 'hostname', 'page'].includes(name);

/**
 * Plain texts of a hit, in the order of their columns: an empty one is kept as not known. What a
 * visit takes over from its first hit are those `of` the visit.
 */
export const textFields: readonly TextField[] = fieldNames.filter(isPlainText).map((name) => {
  const { column, of, since = 1 } = fieldOf(name);
  return { name, column, of, since };
});

/** What columns files of the ledger have that are written by now. */
export const columnsSchema = Math.max(1, ...fieldNames.map((name) => fieldOf(name).since ?? 1));

/**
 * What files of the ledger are written by now. It rises when a field is added, whose `since` it is
 * then: files of a lower schema are read as if they had the field, empty. Since 3, small days have
 * no roll-ups.
 */
export const presentSchema = Math.max(3, columnsSchema);

export const textColumns = textFields.map(({ column }) => column);

export const visitTextColumns = textFields
  .filter(({ of }) => of === 'visit')
  .map(({ column }) => column);
