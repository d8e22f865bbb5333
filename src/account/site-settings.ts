import { domainToASCII } from 'node:url';
import { checkRange } from '../lib/address-ranges.ts';
import { openRefusedFields, quoted } from '../lib/refused-fields.ts';
import { changeZone, isZone, zoneAt } from '../lib/site-days.ts';
import { dataCentresWord } from '../model/data-centres.ts';
import { mostShards } from '../model/limits.ts';
import { showDomain } from './domain.ts';
import { flag, keeping, list, plainText, readList, type Setting } from './setting-kinds.ts';
import type { Site } from './site.ts';

/** What `shards` is where a site does not say. */
const homesOwn = 'default';

const weekdays: readonly string[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

const none = 'none';

/** As in Plausible. */
const mostProperties = 300;

/** Each page of a report is compared with each of them. */
const mostPageGroups = 100;

/** Each is a row that keeps others from having it. */
const mostAliases = 20;

/**
 * Every setting a site has. A new one is a row here; `site set`, `site list` and `/api/v1/sites`
 * follow.
 */
export const siteSettings: readonly Setting[] = [
  {
    name: 'timezone',
    describe: 'IANA time zone its days are cut by; a change starts with the next day',
    apply: (site, value, nowMs) =>
      typeof value === 'string' && isZone(value)
        ? { ...site, zones: changeZone(site.zones, value, nowMs) }
        : { expected: 'an IANA time zone such as Europe/Berlin' },
    show: (site, nowMs) =>
      zoneAt(site.zones, Math.max(nowMs, site.zones[site.zones.length - 1]!.fromMs)),
  },
  {
    name: 'week_starts',
    describe: 'the day its weeks start on: monday to sunday, or 1 to 7',
    apply: (site, value) => {
      const text = plainText(value).toLowerCase();
      const weekStarts = /^[1-7]$/.test(text) ? Number(text) : weekdays.indexOf(text) + 1;
      return weekStarts > 0
        ? { ...site, weekStarts }
        : { expected: `one of ${weekdays.join(', ')}, or 1 (monday) to 7` };
    },
    show: ({ weekStarts = 1 }) => weekdays[weekStarts - 1]!,
  },
  list(
    'aliases',
    'aliases',
    "names that other products' clients have for it: an Umami website's UUID, a Plausible " +
      'pa- id, a GoatCounter code',
    {
      expected: `at most ${mostAliases} names of at most 100 letters, digits, - and _`,
      read: readAlias,
      most: mostAliases,
    },
  ),
  flag('open', 'open', 'anyone may read its rows and reports'),
  flag('public', 'public', 'anyone may see its reports, and no rows'),
  flag('privacyPage', 'privacy_page', 'anyone may read what it collects, at /privacy/DOMAIN'),
  flag('default', 'default', 'the site of requests that name none'),
  {
    name: 'robots',
    describe: "robots' hits: drop, or keep (no visitors: in reports by robot, and their pages)",
    apply: ({ keepsRobots: _, ...site }, value) => {
      if (value === 'drop') return site;
      return value === 'keep' ? { ...site, keepsRobots: true } : { expected: 'drop or keep' };
    },
    show: ({ keepsRobots = false }) => (keepsRobots ? 'keep' : 'drop'),
  },
  flag('respectsGpc', 'respect_gpc', 'drop hits of browsers that send Sec-GPC: 1 or DNT: 1'),
  list(
    'excludedAddresses',
    'excluded_addresses',
    'addresses and CIDR ranges whose hits are dropped',
    {
      expected: 'IP addresses and CIDR ranges such as 192.0.2.7 or 2001:db8::/32',
      read: (text) => (checkRange(text) === undefined ? text : undefined),
    },
  ),
  list(
    'excludedPages',
    'excluded_pages',
    'pages whose hits are dropped; * within a segment, ** over any',
    {
      expected: 'paths that start with / such as /admin/**',
      read: (text) => (text.startsWith('/') && text.length <= 500 ? text : undefined),
    },
  ),
  list(
    'excludedCountries',
    'excluded_countries',
    'countries whose hits are dropped, by their codes of ISO 3166',
    { expected: 'codes of ISO 3166 such as DE', read: readCountry },
  ),
  list(
    'excludedNetworks',
    'excluded_networks',
    'networks whose hits are dropped, by the numbers of their autonomous systems, or ' +
      `${dataCentresWord}; by the owner's database of networks`,
    {
      expected: `numbers of networks such as AS64496, or ${dataCentresWord}`,
      read: readNetwork,
    },
  ),
  {
    name: 'hostnames',
    describe:
      'host names whose hits are taken: any, own (the domain and its subdomains), or a list, ' +
      'in which *.example.com is all subdomains',
    apply: (site, value) => {
      const { hostnames: _, ...others } = site;
      if (value === 'any') return others;
      if (value === 'own') return { ...site, hostnames: 'own' };
      const read = readList(value, {
        expected: 'any, own, or a list of host names such as example.com or *.example.com',
        read: readHostname,
      });
      if ('expected' in read) return read;
      return read.length === 0 ? others : { ...site, hostnames: read };
    },
    show: ({ hostnames = 'any' }) => hostnames,
  },
  list(
    'keptParameters',
    'kept_query_parameters',
    "parameters of a URL's query that stay a part of the page, such as id",
    {
      expected: 'names of parameters, each of at most 100 characters',
      read: (text) => (/^[^\s&=#?]{1,100}$/u.test(text) ? text : undefined),
    },
  ),
  list(
    'pageGroups',
    'page_groups',
    'patterns such as /blog/** whose pages are one row of a report by page group',
    {
      expected: `at most ${mostPageGroups} paths that start with / such as /blog/**`,
      read: (text) => (text.startsWith('/') && text.length <= 500 ? text : undefined),
      most: mostPageGroups,
    },
  ),
  list(
    'customProperties',
    'custom_properties',
    "names of properties, as Plausible's Sites API keeps them; all others are counted, too",
    {
      expected: `at most ${mostProperties} names without commas, of at most 300 characters`,
      read: (text) => (/^[^,\p{Cc}]{1,300}$/u.test(text) ? text : undefined),
      most: mostProperties,
    },
  ),
  {
    name: 'currency',
    describe: `ISO 4217: what revenue is shown in where goals have several currencies, or ${none}`,
    apply: ({ currency: _, ...site }, value) => {
      if (value === none) return site;
      return typeof value === 'string' && /^[A-Za-z]{3}$/.test(value)
        ? { ...site, currency: value.toUpperCase() }
        : { expected: `an ISO 4217 code such as EUR, or ${none}` };
    },
    show: ({ currency = none }) => currency,
  },
  {
    name: 'shards',
    describe:
      `on AWS: partitions that a day's hits are spread over, ` +
      `1,000 hits a second each, or ${homesOwn}; a change starts with the next day`,
    apply: ({ shards: _, ...site }, value) => {
      if (value === homesOwn) return site;
      const shards = /^\d{1,3}$/.test(plainText(value)) ? Number(value) : 0;
      return shards >= 1 && shards <= mostShards
        ? { ...site, shards }
        : { expected: `a whole number from 1 to ${mostShards}, or ${homesOwn}` };
    },
    show: ({ shards }) => shards ?? homesOwn,
  },
  keeping('keepHitsDays', 'keep_hits_days', 'days before today whose hits are kept'),
  keeping(
    'keepRollUpsDays',
    'keep_roll_ups_days',
    'days before today whose sums (reports by one dimension) are kept, once their hits are gone',
  ),
];

/** Applies settings by name, all or none. Throws `bad-input` naming each field that was refused. */
export function applySettings(
  site: Site,
  values: Readonly<Record<string, unknown>>,
  nowMs: number,
): Site {
  const refused = openRefusedFields();
  let changed = site;
  for (const [name, value] of Object.entries(values)) {
    const setting = siteSettings.find((row) => row.name === name);
    if (setting === undefined) {
      const names = siteSettings.map((row) => row.name).join(', ');
      refused.refuse(name, `is no setting; expected one of ${names}`);
      continue;
    }
    const result = setting.apply(changed, value, nowMs);
    if ('expected' in result)
      refused.refuse(name, `expected ${result.expected}, got ${quoted(value)}`);
    else changed = result;
  }
  refused.throwIfAny();
  const { keepHitsDays, keepRollUpsDays, sealedFrom: sealed } = site;
  if (!keepsOther(changed, site)) return changed;
  const keptBefore = {
    ...(keepHitsDays !== undefined && { keepHitsDays }),
    ...(keepRollUpsDays !== undefined && { keepRollUpsDays }),
    ...(sealed !== undefined && { sealedFrom: sealed }),
  };
  return { ...changed, keptBefore };
}

/** Whether hits or roll-ups are kept for another time. */
export const keepsOther = (one: Site, other: Site): boolean =>
  one.keepHitsDays !== other.keepHitsDays || one.keepRollUpsDays !== other.keepRollUpsDays;

/** A site as the API and the CLI show it. */
export function showSite(site: Site, nowMs: number): Record<string, unknown> {
  const shown = siteSettings.map((setting) => [setting.name, setting.show(site, nowMs)]);
  return { domain: showDomain(site.domain), ...Object.fromEntries(shown) };
}

/** In lower case, as it is looked up. No domain of more than one label is like that. */
function readAlias(text: string): string | undefined {
  return /^[a-z0-9][a-z0-9_-]{0,99}$/i.test(text) ? text.toLowerCase() : undefined;
}

function readCountry(text: string): string | undefined {
  const code = text.toUpperCase();
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return /^[A-Z]{2}$/.test(code) && names.of(code) !== undefined ? code : undefined;
}

/** In ASCII, without `www.`, as hits have it. */
function readHostname(text: string): string | undefined {
  const [, wild = '', name = ''] = /^(\*\.)?(?:www\.)?(.*)$/s.exec(text.toLowerCase())!;
  const host = domainToASCII(name);
  return host.length <= 253 && /^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$/.test(host)
    ? wild + host
    : undefined;
}

function readNetwork(text: string): string | undefined {
  if (text === dataCentresWord) return text;
  const [, number] = /^(?:as)?(\d{1,10})$/i.exec(text) ?? [];
  return number === undefined || Number(number) >= 2 ** 32 ? undefined : `AS${Number(number)}`;
}
