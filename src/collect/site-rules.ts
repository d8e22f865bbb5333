import { formerDomainsAt, type Site } from '../account/site.ts';
import { addressMatcher } from '../lib/address-ranges.ts';
import { pageMatcher } from '../lib/page-patterns.ts';
import { type DayBounds, dayBounds } from '../lib/site-days.ts';
import { dataCentres, dataCentresWord } from '../model/data-centres.ts';
import { freezeAfterMs } from '../model/times.ts';
import { withoutParameters, withParameters } from './enrich/kept-parameters.ts';
import { hostOfDomain } from './enrich/page-url.ts';

/** What a site's settings come to, worked out once for as long as they stay as they are. */
export type SiteRules = {
  readonly excludesAddress: (address: string) => boolean;
  readonly excludesPage: (page: string) => boolean;
  /** Asks for the country only where that matters. */
  readonly excludesCountry: (countryOf: () => string | undefined) => boolean;
  /** Asks for the network only where that matters. */
  readonly excludesNetwork: (networkOf: () => number | undefined) => boolean;
  readonly excludesHostname: (hostname: string, nowMs: number) => boolean;
  /** A page with the parameters of its URL's query that stay a part of it. */
  readonly pageOf: (page: string, search: string | undefined) => string;
  /** The site-day of an instant; the last one asked for is kept. */
  readonly dayOf: (ms: number) => DayBounds;
};

const never = () => false;

const known = new WeakMap<Site, SiteRules>();

/** A changed site is a new object, so what is kept here never outlives its settings. */
export function rulesOf(site: Site): SiteRules {
  let rules = known.get(site);
  if (rules === undefined) {
    rules = {
      excludesAddress:
        site.excludedAddresses.length === 0 ? never : addressMatcher(site.excludedAddresses),
      excludesPage: pagesIn(site),
      excludesCountry: countriesIn(site),
      excludesNetwork: networksIn(site),
      excludesHostname: otherHostnames(site),
      pageOf: pagesOf(site),
      dayOf: rememberDay(site),
    };
    known.set(site, rules);
  }
  return rules;
}

function pagesIn({ excludedPages }: Site): SiteRules['excludesPage'] {
  if (excludedPages.length === 0) return never;
  const matches = pageMatcher(excludedPages);
  return (page) => matches(withoutParameters(page));
}

function countriesIn({ excludedCountries = [] }: Site): SiteRules['excludesCountry'] {
  if (excludedCountries.length === 0) return never;
  const codes = new Set(excludedCountries);
  return (countryOf) => codes.has(countryOf() ?? '');
}

function networksIn({ excludedNetworks = [] }: Site): SiteRules['excludesNetwork'] {
  if (excludedNetworks.length === 0) return never;
  const numbers = new Set(excludedNetworks.map((name) => Number(name.replace('AS', ''))));
  const all = excludedNetworks.includes(dataCentresWord);
  return (networkOf) => {
    const number = networkOf();
    return number !== undefined && (numbers.has(number) || (all && dataCentres.has(number)));
  };
}

/** A hit that names no host has none that is another's. */
function otherHostnames(site: Site): SiteRules['excludesHostname'] {
  const { hostnames, domain } = site;
  if (hostnames === undefined) return never;
  if (hostnames !== 'own') return notAmong(hostnames);
  const isOther = notAmong(withSubdomains(domain));
  return (hostname, nowMs) =>
    isOther(hostname) &&
    formerDomainsAt(site, nowMs).every((former) =>
      notAmong(withSubdomains(former.domain))(hostname),
    );
}

function withSubdomains(domain: string): readonly string[] {
  const host = hostOfDomain(domain);
  return [host, `*.${host}`];
}

function notAmong(all: readonly string[]): (hostname: string) => boolean {
  const names = new Set(all.filter((name) => !name.startsWith('*')));
  const ends = all.filter((name) => name.startsWith('*')).map((name) => name.slice(1));
  return (hostname) =>
    hostname !== '' && !names.has(hostname) && !ends.some((end) => hostname.endsWith(end));
}

function pagesOf({ keptParameters = [] }: Site): SiteRules['pageOf'] {
  if (keptParameters.length === 0) return (page) => page;
  return (page, search) =>
    search === undefined ? page : withParameters(page, search, keptParameters);
}

export function isFrozen(bounds: DayBounds, nowMs: number): boolean {
  return nowMs >= bounds.endMs + freezeAfterMs;
}

function rememberDay(site: Site): (ms: number) => DayBounds {
  let last: DayBounds | undefined;
  return (ms) => {
    if (last === undefined || ms < last.startMs || ms >= last.endMs)
      last = dayBounds(site.zones, ms);
    return last;
  };
}
