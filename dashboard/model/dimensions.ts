import { normalizedPage, shownPage } from '../../src/lib/page-path.ts';
import { type FieldDimension, fieldDimensions } from '../../src/model/dimensions.ts';
import { showHost } from './letters.ts';

/** Names in addresses; of any other dimension it is what stands behind the colon. */
const shortNames = {
  'visit:utm_campaign': 'campaign',
  'visit:utm_medium': 'medium',
  'visit:entry_page': 'entry',
  'visit:exit_page': 'exit',
  'visit:region_name': 'region',
  'visit:os': 'system',
  'event:name': 'event',
  'event:page_title': 'title',
} as const;

type ShortName<N extends string> = N extends keyof typeof shortNames
  ? (typeof shortNames)[N]
  : N extends `${string}:${infer Behind}`
    ? Behind
    : never;

export type Dimension = ShortName<FieldDimension>;

const shortName = (name: string) =>
  (shortNames as Readonly<Record<string, string>>)[name] ?? name.slice(name.indexOf(':') + 1);

/** All that have a label in the tables of fields and dimensions, in their order. */
const labelled = Object.entries(fieldDimensions).flatMap(([name, { label, ofCities }]) =>
  label === undefined ? [] : [{ key: shortName(name) as Dimension, name, label, ofCities }],
);

/** What reports are grouped and filtered by, by its name in addresses. */
export const dimensions = Object.fromEntries(
  labelled.map(({ key, name, label }) => [key, { name, label }]),
) as Readonly<Record<Dimension, { readonly name: string; readonly label: string }>>;

/** Filled only where the owner has brought a database of cities. */
export const ofCities: readonly Dimension[] = labelled.flatMap(({ key, ofCities }) =>
  ofCities ? [key] : [],
);

export const dimensionNames: readonly Dimension[] = labelled.map(({ key }) => key);

export function isDimension(text: string): text is Dimension {
  return Object.hasOwn(dimensions, text);
}

/** The API's value for a missing value. */
export const notSet = '(not set)';

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/** A value as people read it. Filters contain the API's value. */
export function showValue(dimension: Dimension, value: string): string {
  if (value === notSet || value === '') return dimension === 'source' ? 'Direct' : 'Unknown';
  if (value === 'Direct / None') return 'Direct';
  if (dimension === 'country' && /^[A-Z]{2}$/.test(value)) return countryNames.of(value) ?? value;
  if (isOfPages(dimension)) return shownPage(value);
  if (dimension === 'source' || dimension === 'referrer') return showHost(value);
  return value;
}

const isOfPages = (dimension: Dimension) =>
  dimension === 'page' || dimension === 'entry' || dimension === 'exit';

let countryCodes: Map<string, string> | undefined;

/** The opposite of `showValue`, for a typed or chosen text: a country's name becomes its code. */
export function readValue(dimension: Dimension, text: string): string {
  if (dimension === 'source' && /^direct$/i.test(text)) return 'Direct / None';
  if (isOfPages(dimension)) return normalizedPage(text);
  if (dimension !== 'country') return text;
  countryCodes ??= namesToCodes();
  return countryCodes.get(text.toLowerCase()) ?? text.toUpperCase();
}

function namesToCodes(): Map<string, string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return new Map(codes.map((code) => [(countryNames.of(code) ?? code).toLowerCase(), code]));
}
