import { domainToASCII } from 'node:url';
import { instantOf } from '../lib/instant.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import type { Random } from '../lib/random.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { dayEnd, isDay } from '../lib/site-days.ts';
import { hashPassword } from './link-passwords.ts';
import type { SharedLink } from './shared-link.ts';
import type { Site } from './site.ts';

/** As they are sent; null takes one off. Filters are checked where the query language is known. */
export type SharedLinkFields = {
  readonly name?: unknown;
  readonly password?: unknown;
  readonly expires?: unknown;
  readonly filters?: readonly unknown[] | undefined;
  readonly hide_below?: unknown;
  readonly embed_on?: unknown;
  readonly theme?: unknown;
  readonly parts?: unknown;
  readonly badge_only?: unknown;
};

type Made = {
  readonly site: Pick<Site, 'zones'>;
  readonly nowMs: number;
  readonly random: Random;
};

const maxNameLength = 120;

const maxPasswordLength = 200;

const maxFiltersBytes = 16_384;

const mostHidden = 1_000_000;

const mostListed = 30;

/** A link with what is given of its fields. Throws `bad-input` that names the field. */
export async function readSharedLink(
  link: SharedLink,
  given: SharedLinkFields,
  { site, nowMs, random }: Made,
): Promise<SharedLink> {
  const { name, password, expires, filters, hide_below: hidden, embed_on: embedOn } = given;
  const { theme, parts, badge_only: badgeOnly } = given;
  const changed: SharedLink = {
    ...link,
    ...(name !== undefined && { name: readName(name) }),
    ...(expires !== undefined && { expiresMs: readExpiry(expires, site, nowMs) }),
    ...(filters !== undefined && { filters: readFilters(filters) }),
    ...(hidden !== undefined && { hideBelow: readHidden(hidden) }),
    ...(embedOn !== undefined && { embedOn: readTexts('embed_on', embedOn, ancestors) ?? [] }),
    ...(theme !== undefined && { theme: readTheme(theme) }),
    ...(parts !== undefined && { parts: readTexts('parts', parts, partNames) }),
    ...(badgeOnly !== undefined && { badgeOnly: readFlag(badgeOnly) }),
  };
  // Last, since it is slow.
  return password === undefined
    ? changed
    : { ...changed, password: await readPassword(password, random) };
}

/** A link as its owner sees it. */
export const showSharedLink = (link: SharedLink) => ({
  ...{ id: link.id, name: link.name, created: new Date(link.createdMs).toISOString() },
  expires: link.expiresMs === undefined ? null : new Date(link.expiresMs).toISOString(),
  ...{ has_password: link.password !== undefined, filters: link.filters },
  ...{ hide_below: link.hideBelow ?? null, embed_on: link.embedOn, theme: link.theme ?? null },
  ...{ parts: link.parts ?? null, badge_only: link.badgeOnly === true },
});

function readName(name: unknown): string {
  if (isPlainLine(name, maxNameLength)) return name.trim();
  const expected = `expected a text of 1 to ${maxNameLength} characters`;
  throw refusedField('name', `${expected}, got ${quoted(name)}`);
}

/** It is not quoted back. */
async function readPassword(password: unknown, random: Random): Promise<string | undefined> {
  if (password === null) return undefined;
  if (typeof password === 'string' && password !== '' && password.length <= maxPasswordLength)
    return hashPassword(password, random);
  const expected = `expected a text of 1 to ${maxPasswordLength} characters, or null for none`;
  throw refusedField('password', expected);
}

/** A day is in whole, by the site's clock. */
function readExpiry(expires: unknown, { zones }: Pick<Site, 'zones'>, nowMs: number) {
  if (expires === null) return undefined;
  const ms =
    typeof expires !== 'string'
      ? undefined
      : isDay(expires)
        ? dayEnd(zones, expires)
        : instantOf(expires);
  if (ms !== undefined && ms > nowMs) return ms;
  throw refusedField(
    'expires',
    'expected a day such as 2027-01-31 or a moment such as 2027-01-31T12:00:00Z that is to come, ' +
      `or null for never, got ${quoted(expires)}`,
  );
}

function readFilters(filters: readonly unknown[]): readonly unknown[] {
  if (Buffer.byteLength(JSON.stringify(filters)) <= maxFiltersBytes) return filters;
  throw refusedField('filters', `expected at most ${maxFiltersBytes} bytes`);
}

function readHidden(hidden: unknown): number | undefined {
  if (hidden === null) return undefined;
  const count = /^\d{1,7}$/.test(String(hidden)) ? Number(hidden) : 0;
  if (count >= 2 && count <= mostHidden) return count;
  const expected = `expected a whole number from 2 to ${mostHidden}, or null to hide nothing`;
  throw refusedField('hide_below', `${expected}, got ${quoted(hidden)}`);
}

function readTheme(theme: unknown): SharedLink['theme'] {
  if (theme === null) return undefined;
  if (theme === 'light' || theme === 'dark') return theme;
  throw refusedField('theme', `expected light, dark, or null for either, got ${quoted(theme)}`);
}

function readFlag(flag: unknown): boolean {
  if (typeof flag === 'boolean') return flag;
  throw refusedField('badge_only', `expected true or false, got ${quoted(flag)}`);
}

type Texts = {
  readonly expected: string;
  readonly read: (text: string) => string | undefined;
};

/**
 * They become part of a header: nothing but a scheme, a host name and a port. `*.example.com` is
 * all subdomains.
 */
const ancestors: Texts = {
  expected: 'sites such as https://blog.example or *.example.com',
  read(text) {
    const [, scheme = '', wild = '', name = '', port = ''] =
      /^(https?:\/\/)?(\*\.)?([^\s/:;,'"*]{1,253})(:\d{1,5})?\/?$/i.exec(text.trim()) ?? [];
    const host = name === '' ? '' : domainToASCII(name);
    return /^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$/.test(host)
      ? `${scheme.toLowerCase()}${wild}${host}${port}`
      : undefined;
  },
};

const partNames: Texts = {
  expected: 'names of parts such as chart or pages',
  read: (text) => (/^[a-z][a-z-]{0,30}$/.test(text.trim()) ? text.trim() : undefined),
};

function readTexts(field: string, given: unknown, { expected, read }: Texts) {
  if (given === null) return undefined;
  const refused = refusedField(
    field,
    `expected a list of at most ${mostListed} ${expected}, got ${quoted(given)}`,
  );
  if (!Array.isArray(given) || given.length > mostListed) throw refused;
  const texts = given.map((text: unknown) => (typeof text === 'string' ? read(text) : undefined));
  if (texts.includes(undefined)) throw refused;
  return texts.length === 0 ? undefined : [...new Set(texts as string[])];
}
