import type { Home } from '../home/home.ts';
import { type Clock, secondMs } from '../lib/clock.ts';
import { readDomain } from './domain.ts';
import type { Site } from './site.ts';
import { readSites, readStamp } from './site-rows.ts';

/** All sites, as a process knows them: at most as old as its home lets a setting be. */
export type SiteDirectory = {
  /** The site of that domain (any spelling that `readDomain` takes). */
  find(domain: string): Promise<Site | undefined>;
  /** The one marked default, else the only one. */
  findDefault(): Promise<Site | undefined>;
  /** In the order in which they were added. */
  list(): Promise<readonly Site[]>;
  /** Makes the next question read what is stored then. */
  expire(): void;
};

type Known = {
  readonly stamp: string | undefined;
  readonly readAtMs: number;
  readonly byDomain: Map<string, Site>;
};

/** A site that is not there is looked for again, at most this often. */
const lookAgainMs = secondMs;

export function openSiteDirectory(
  { rows, settingsMaxAgeMs }: Pick<Home, 'rows' | 'settingsMaxAgeMs'>,
  clock: Clock,
): SiteDirectory {
  let known: Known = { stamp: undefined, readAtMs: Number.NEGATIVE_INFINITY, byDomain: new Map() };
  let reading: Promise<Map<string, Site>> | undefined;
  let expired = 0;

  async function find(domain: string): Promise<Site | undefined> {
    return pick((sites) => siteOf(sites, domain));
  }

  async function list(): Promise<readonly Site[]> {
    const sites = [...(await current(settingsMaxAgeMs)).values()];
    return sites.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  /** What is not there may just have been added by another process. */
  async function pick(
    from: (sites: Map<string, Site>) => Site | undefined,
  ): Promise<Site | undefined> {
    const found = from(await current(settingsMaxAgeMs));
    if (found !== undefined || settingsMaxAgeMs === 0) return found;
    return from(await current(lookAgainMs));
  }

  /** If settings may have no age at all, they are read each time. */
  async function current(maxAgeMs: number): Promise<Map<string, Site>> {
    if (settingsMaxAgeMs === 0) return read();
    if (Math.abs(clock() - known.readAtMs) < maxAgeMs) return known.byDomain;
    if (reading === undefined) {
      const mine = read().finally(() => {
        if (reading === mine) reading = undefined;
      });
      reading = mine;
    }
    return reading;
  }

  async function read(): Promise<Map<string, Site>> {
    const nowMs = clock();
    const expiredBefore = expired;
    const stamp = await readStamp(rows);
    const isSame = stamp !== undefined && stamp === known.stamp;
    const byDomain = isSame ? known.byDomain : await readSites(rows);
    // If something changed while this was read, the next caller must not take it for the newest.
    const readAtMs = expired === expiredBefore ? nowMs : Number.NEGATIVE_INFINITY;
    known = { stamp, readAtMs, byDomain };
    return byDomain;
  }

  return {
    find,
    list,
    findDefault: () => pick(defaultOf),
    expire() {
      known = { ...known, readAtMs: Number.NEGATIVE_INFINITY };
      reading = undefined;
      expired++;
    },
  };
}

function siteOf(sites: ReadonlyMap<string, Site>, domain: string): Site | undefined {
  const exact = sites.get(domain);
  if (exact !== undefined) return exact;
  const read = readDomain(domain);
  if ('error' in read) return undefined;
  // A page's host may have a port that its site's domain leaves out.
  return sites.get(read.domain) ?? sites.get(read.domain.replace(/:\d+$/, ''));
}

function defaultOf(sites: ReadonlyMap<string, Site>): Site | undefined {
  if (sites.size === 1) return sites.values().next().value;
  for (const site of sites.values()) if (site.default) return site;
  return undefined;
}
