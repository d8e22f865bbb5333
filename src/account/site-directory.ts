import type { Home } from '../home/home.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { readDomain } from './domain.ts';
import { formerDomainsAt, type Site } from './site.ts';
import { readSites, readStamp } from './site-rows.ts';

/** All sites, as a process knows them: at most as old as its home lets a setting be. */
export type SiteDirectory = {
  /**
   * The site that has that domain (any spelling that `readDomain` takes), or that alias, or had
   * the domain lately.
   */
  find(domain: string): Promise<Site | undefined>;
  /** The one marked default, else the only one. */
  findDefault(): Promise<Site | undefined>;
  /** In the order in which they were added. */
  list(): Promise<readonly Site[]>;
  /** Makes the next question read what is stored then. */
  expire(): void;
};

type SitesByDomain = Map<string, Site>;

type Known = {
  readonly stamp: string | undefined;
  readonly readAtMs: number;
  readonly byDomain: SitesByDomain;
  /** When `byDomain` itself was read, and not only the stamp. */
  readonly rowsReadAtMs: number;
};

/**
 * A stamp that is still the same is believed for this long: a change whose writer was ended before
 * it wrote the stamp counts then.
 */
const believeStampMs = minuteMs;

const never = Number.NEGATIVE_INFINITY;

const nothingKnown: Known = {
  ...{ stamp: undefined, readAtMs: never, byDomain: new Map(), rowsReadAtMs: never },
};

export function openSiteDirectory(
  { rows, settingsMaxAgeMs }: Pick<Home, 'rows' | 'settingsMaxAgeMs'>,
  clock: Clock,
): SiteDirectory {
  let known = nothingKnown;
  let reading: Promise<SitesByDomain> | undefined;
  let next: Promise<SitesByDomain> | undefined;
  let begun = 0;
  let expired = 0;

  async function find(domain: string): Promise<Site | undefined> {
    return pick((sites) => siteOf(sites, domain, clock()));
  }

  async function list(): Promise<readonly Site[]> {
    const sites = [...(await current()).values()];
    return sites.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  /**
   * What is not there may have been added by another process a moment ago. So it is only missing
   * where a read does not find it that began after the question: a site that was added takes its
   * first hit.
   */
  async function pick(from: (sites: SitesByDomain) => Site | undefined): Promise<Site | undefined> {
    const begunBefore = begun;
    const knownNow = current();
    const isNewest = begun > begunBefore;
    const found = from(await knownNow);
    return found !== undefined || isNewest ? found : from(await newest());
  }

  /** If settings may have no age at all, they are read each time. */
  async function current(): Promise<SitesByDomain> {
    if (settingsMaxAgeMs === 0) return read();
    if (Math.abs(clock() - known.readAtMs) < settingsMaxAgeMs) return known.byDomain;
    return reading ?? readShared();
  }

  /** All who ask while a read is under way share the one after it. */
  function newest(): Promise<SitesByDomain> {
    const before: Promise<unknown> = reading ?? Promise.resolve();
    next ??= before
      .catch(() => {})
      .then(() => {
        next = undefined;
        return readShared();
      });
    return next;
  }

  function readShared(): Promise<SitesByDomain> {
    const mine = read().finally(() => {
      if (reading === mine) reading = undefined;
    });
    reading = mine;
    return mine;
  }

  async function read(): Promise<SitesByDomain> {
    begun++;
    const nowMs = clock();
    const expiredBefore = expired;
    const before = known;
    const stamp = await readStamp(rows);
    const isSame =
      stamp !== undefined &&
      stamp === before.stamp &&
      Math.abs(nowMs - before.rowsReadAtMs) < believeStampMs;
    const { byDomain, rowsReadAtMs } = isSame
      ? before
      : { byDomain: await readSites(rows), rowsReadAtMs: nowMs };
    // If something changed while this was read, the next caller must not take it for the newest.
    known =
      expired === expiredBefore
        ? { stamp, readAtMs: nowMs, byDomain, rowsReadAtMs }
        : { ...nothingKnown, byDomain };
    return byDomain;
  }

  return {
    find,
    list,
    findDefault: () => pick(defaultOf),
    expire() {
      // The stamp too: whoever is changing a site may not have written it yet.
      known = { ...nothingKnown, byDomain: known.byDomain };
      reading = undefined;
      expired++;
    },
  };
}

function siteOf(sites: ReadonlyMap<string, Site>, domain: string, nowMs: number): Site | undefined {
  const exact = sites.get(domain);
  if (exact !== undefined) return exact;
  const aliased = namesOf(sites).aliases.get(domain.trim().toLowerCase());
  if (aliased !== undefined) return aliased;
  const read = readDomain(domain);
  if ('error' in read) return undefined;
  // A page's host may have a port that its site's domain leaves out.
  const names = [read.domain, read.domain.replace(/:\d+$/, '')];
  for (const name of names) {
    const site = sites.get(name);
    if (site !== undefined) return site;
  }
  for (const name of names) {
    const site = namesOf(sites).former.get(name);
    if (site !== undefined && formerDomainsAt(site, nowMs).some((one) => one.domain === name))
      return site;
  }
  return undefined;
}

type OtherNames = Readonly<Record<'aliases' | 'former', ReadonlyMap<string, Site>>>;

const namesKnown = new WeakMap<ReadonlyMap<string, Site>, OtherNames>();

/** Sites by their aliases, and by the domains that they had before. */
function namesOf(sites: ReadonlyMap<string, Site>): OtherNames {
  const before = namesKnown.get(sites);
  if (before !== undefined) return before;
  const names = { aliases: new Map<string, Site>(), former: new Map<string, Site>() };
  for (const site of sites.values()) {
    for (const alias of site.aliases ?? []) names.aliases.set(alias, site);
    for (const { domain } of site.formerDomains ?? []) names.former.set(domain, site);
  }
  namesKnown.set(sites, names);
  return names;
}

function defaultOf(sites: ReadonlyMap<string, Site>): Site | undefined {
  if (sites.size === 1) return sites.values().next().value;
  for (const site of sites.values()) if (site.default) return site;
  return undefined;
}
