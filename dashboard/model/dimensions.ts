import { normalizedPage, shownPage } from '../../src/lib/page-path.ts';
import { showHost } from './letters.ts';

/**
 * What reports are grouped and filtered by: a line for each dimension, by its name in addresses.
 */
export const dimensions = {
  source: { name: 'visit:source', label: 'Source' },
  channel: { name: 'visit:channel', label: 'Channel' },
  referrer: { name: 'visit:referrer', label: 'Referrer' },
  campaign: { name: 'visit:utm_campaign', label: 'Campaign' },
  medium: { name: 'visit:utm_medium', label: 'Medium' },
  page: { name: 'event:page', label: 'Page' },
  entry: { name: 'visit:entry_page', label: 'Entry page' },
  exit: { name: 'visit:exit_page', label: 'Exit page' },
  country: { name: 'visit:country', label: 'Country' },
  region: { name: 'visit:region_name', label: 'Region' },
  city: { name: 'visit:city', label: 'City' },
  browser: { name: 'visit:browser', label: 'Browser' },
  system: { name: 'visit:os', label: 'System' },
  device: { name: 'visit:device', label: 'Device' },
} as const satisfies Record<string, { readonly name: string; readonly label: string }>;

export type Dimension = keyof typeof dimensions;

/** Filled only where the owner has brought a database of cities. */
export const ofCities: readonly Dimension[] = ['region', 'city'];

export const dimensionNames = Object.keys(dimensions) as Dimension[];

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
