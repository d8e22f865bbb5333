import { normalizedPage, shownPage } from '../../src/lib/page-path.ts';
import { type FieldDimension, fieldDimensions } from '../../src/model/dimensions.ts';
import { dimensionTexts, intl, nameTexts } from '../texts/texts.ts';
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

type FieldName = ShortName<FieldDimension>;

/** A property by its name, such as `prop:plan`. */
type PropDimension = `prop:${string}`;

export type Dimension = FieldName | 'goal' | 'segment' | 'site' | PropDimension;

const propPrefix = 'prop:';

const longestProp = 300;

const shortName = (name: string) =>
  (shortNames as Readonly<Record<string, string>>)[name] ?? name.slice(name.indexOf(':') + 1);

/** All that have a label in the tables of fields and dimensions, in their order. */
const labelled = Object.entries(fieldDimensions).flatMap(([name, { label, ...traits }]) =>
  label === undefined ? [] : [{ ...traits, key: shortName(name) as FieldName, name, label }],
);

const known: Readonly<Record<string, Described>> = {
  ...Object.fromEntries(
    labelled.map(({ key, name, label }) => [key, { name, label: dimensionTexts[key] ?? label }]),
  ),
  goal: { name: 'event:goal', label: nameTexts.goal },
  segment: { name: 'segment', label: nameTexts.segment },
  site: { name: 'site', label: nameTexts.site },
};

/** A dimension's name in the API, and what people call it. */
export type Described = { readonly name: string; readonly label: string };

/** What reports are grouped and filtered by, by its name in addresses. */
export function dimensionOf(dimension: Dimension): Described {
  const own = propIn(dimension);
  return own === undefined
    ? known[dimension]!
    : { name: `event:props:${own}`, label: nameTexts.property(own) };
}

/** The name of the property that a dimension is by, if it is by one. */
export const propIn = (dimension: Dimension): string | undefined =>
  dimension.startsWith(propPrefix) ? dimension.slice(propPrefix.length) : undefined;

/** Filled only where the owner has brought a database of cities. */
export const ofCities: readonly Dimension[] = labelled.flatMap(({ key, ofCities }) =>
  ofCities ? [key] : [],
);

/** Those that a filter can be by. */
export const dimensionNames: readonly Dimension[] = [
  ...labelled.flatMap(({ key, ofMany }) => (ofMany ? [] : [key])),
  'goal',
];

export function isDimension(text: string): text is Dimension {
  if (!text.startsWith(propPrefix)) return Object.hasOwn(known, text);
  return text.length > propPrefix.length && text.length <= propPrefix.length + longestProp;
}

/** The API's value for a missing value. */
export const notSet = '(not set)';

/** And for the source of a visit that came by itself. */
export const direct = 'Direct / None';

const countryNames = new Intl.DisplayNames(intl.names, { type: 'region', fallback: 'code' });

/** A value as people read it. Filters contain the API's value. */
export function showValue(dimension: Dimension, value: string): string {
  if (propIn(dimension) !== undefined) return value === notSet ? nameTexts.notSet : value;
  if (value === notSet || value === '')
    return dimension === 'source' ? nameTexts.direct : nameTexts.unknown;
  if (value === direct) return nameTexts.direct;
  if (dimension === 'country' && /^[A-Z]{2}$/.test(value)) return countryNames.of(value) ?? value;
  if (dimension === 'language') return languageOf(value);
  if (isOfPages(dimension)) return shownPage(value);
  if (dimension === 'source' || dimension === 'referrer') return showHost(value);
  return value;
}

const languageNames = new Intl.DisplayNames(intl.names, { type: 'language' });

/** A tag that is none, as it came. */
function languageOf(tag: string): string {
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const isOfPages = (dimension: Dimension) =>
  dimension === 'page' || dimension === 'entry' || dimension === 'exit';

let countryCodes: Map<string, string> | undefined;

/** The opposite of `showValue`, for a typed or chosen text: a country's name becomes its code. */
export function readValue(dimension: Dimension, text: string): string {
  if (dimension === 'source' && text.toLowerCase() === nameTexts.direct.toLowerCase())
    return direct;
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
