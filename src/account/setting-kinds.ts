import { sealedFrom } from './retention.ts';
import type { Site } from './site.ts';

/**
 * One setting of a site: its name in the CLI and in the API, and how it is read, checked and
 * applied.
 */
export type Setting = {
  readonly name: string;
  readonly describe: string;
  /** The site with the setting changed, or what was expected of the value. */
  readonly apply: (
    site: Site,
    value: unknown,
    nowMs: number,
  ) => Site | { readonly expected: string };
  readonly show: (site: Site, nowMs: number) => string | number | boolean | readonly string[];
};

const forEver = 'forever';

const mostDays = 36_500;

/** A number as its text, and a text as it is; of anything else nothing. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What was sealed stays so, however long hits are kept from now on. */
export function keeping(
  field: 'keepHitsDays' | 'keepRollUpsDays',
  name: string,
  describe: string,
): Setting {
  return {
    name,
    describe: `${describe}, or ${forEver}`,
    apply: (site, value, nowMs) => {
      const sealed = sealedFrom(site, nowMs);
      const { [field]: _, ...others } = site;
      const changed = sealed === undefined ? others : { ...others, sealedFrom: sealed };
      if (value === forEver) return changed;
      const days = /^\d{1,5}$/.test(plainText(value)) ? Number(value) : 0;
      return days >= 1 && days <= mostDays
        ? { ...changed, [field]: days }
        : { expected: `a whole number of days from 1 to ${mostDays}, or ${forEver}` };
    },
    show: ({ [field]: days }) => days ?? forEver,
  };
}

export function flag(
  field: 'open' | 'public' | 'privacyPage' | 'default' | 'respectsGpc',
  name: string,
  describe: string,
): Setting {
  return {
    name,
    describe,
    apply: (site, value) => {
      const flagged = readFlag(value);
      if (flagged === undefined) return { expected: 'true or false' };
      // What a site has never had is not set by saying that it has not.
      return flagged === (site[field] ?? false) ? site : { ...site, [field]: flagged };
    },
    show: (site) => site[field] ?? false,
  };
}

function readFlag(value: unknown): boolean | undefined {
  if (value === true || ['true', 'yes', 'on', '1'].includes(plainText(value))) return true;
  if (value === false || ['false', 'no', 'off', '0'].includes(plainText(value))) return false;
  return undefined;
}

type ListField =
  | 'customProperties'
  | 'aliases'
  | 'excludedAddresses'
  | 'excludedPages'
  | 'excludedCountries'
  | 'excludedNetworks'
  | 'keptParameters'
  | 'pageGroups';

/** How each text of a list is read: as what it is kept, undefined where it is not as expected. */
type Item = {
  readonly expected: string;
  readonly read: (text: string) => string | undefined;
  readonly most?: number;
};

/** A list given as JSON array, or as text with commas between; empty clears it. */
export function list(field: ListField, name: string, describe: string, item: Item): Setting {
  return {
    name,
    describe,
    apply: (site, value) => {
      const texts = readList(value, item);
      if ('expected' in texts) return texts;
      const isAsBefore = texts.length === 0 && site[field] === undefined;
      return isAsBefore ? site : { ...site, [field]: texts };
    },
    show: (site) => site[field] ?? [],
  };
}

export function readList(
  value: unknown,
  { expected, read, most = 1_000 }: Item,
): readonly string[] | { readonly expected: string } {
  const parts = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(parts) || parts.length > 1000)
    return { expected: 'a list of at most 1,000 texts' };
  const texts: string[] = [];
  for (const part of parts) {
    if (typeof part !== 'string') return { expected: 'a list of texts' };
    if (part.trim() === '') continue;
    const text = read(part.trim());
    if (text === undefined) return { expected };
    texts.push(text);
  }
  return texts.length > most ? { expected } : [...new Set(texts)];
}
