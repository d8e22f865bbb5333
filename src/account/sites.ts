import { type Home, scanAll } from '../home/home.ts';
import { type Clock, minuteMs, secondMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { isZone, zonesFrom } from '../lib/site-days.ts';
import { readDomain } from './domain.ts';
import type { Site } from './site.ts';
import { applySettings } from './site-settings.ts';

/**
 * Where sites lie:
 *   sites     <id>       the site; it counts only while its domain's claim names it
 *   domains   <domain>   a claim: the id of the site that has it, what keeps two sites from one domain
 *   stamp     sites      changed with every change, so that a cache learns of it with one small read
 */
const sitesPartition = 'sites';

const domainsPartition = 'domains';

const stampKey = { partition: 'stamp', sort: 'sites' };

const lookAgainMs = secondMs;

export type Sites = {
  /** The site of that domain (any spelling `readDomain` takes). */
  find(domain: string): Promise<Site | undefined>;
  /** The one marked default, else the only one. */
  findDefault(): Promise<Site | undefined>;
  list(): Promise<readonly Site[]>;
  /** `finish` gives it what no setting says, before anybody can see it. */
  add(
    domain: string,
    settings?: Readonly<Record<string, unknown>>,
    finish?: (site: Site) => Site,
  ): Promise<Site>;
  /** Changes settings, and the domain where `settings.domain` says so. */
  set(domain: string, settings: Readonly<Record<string, unknown>>): Promise<Site>;
  /** Changes a site by a function, which is called again where another change came in between. */
  change(domain: string, change: (site: Site) => Site): Promise<Site>;
  /** Stops collecting and forgets the site; its rows are the caller's to remove. */
  remove(domain: string): Promise<Site>;
  /**
   * Whether a site's row is there now, whatever is cached; where it is not, every process is made
   * to look anew.
   */
  isGone(id: string): Promise<boolean>;
};

type Claim = { readonly id: string; readonly atMs: number };

type Directory = {
  readonly stamp: string | undefined;
  readonly readAtMs: number;
  readonly byDomain: Map<string, Site>;
};

export function openSites(
  home: Pick<Home, 'rows' | 'settingsMaxAgeMs'>,
  clock: Clock,
  newId: () => string,
): Sites {
  const { rows } = home;
  let directory: Directory = {
    stamp: undefined,
    readAtMs: Number.NEGATIVE_INFINITY,
    byDomain: new Map(),
  };
  let reading: Promise<Map<string, Site>> | undefined;
  let changes = 0;

  /** All sites, as old as the home lets a setting be. Where that is 0, they are read each time. */
  async function current(maxAgeMs = home.settingsMaxAgeMs): Promise<Map<string, Site>> {
    if (home.settingsMaxAgeMs === 0) return read();
    if (Math.abs(clock() - directory.readAtMs) < maxAgeMs) return directory.byDomain;
    if (reading === undefined) {
      const mine = read().finally(() => {
        if (reading === mine) reading = undefined;
      });
      reading = mine;
    }
    return reading;
  }

  /**
   * What is not there may just have been added, by another process: it is looked for again, at most
   * once a second.
   */
  async function findIn(
    pick: (sites: Map<string, Site>) => Site | undefined,
  ): Promise<Site | undefined> {
    const found = pick(await current());
    if (found !== undefined || home.settingsMaxAgeMs === 0) return found;
    return pick(await current(lookAgainMs));
  }

  async function read(): Promise<Map<string, Site>> {
    const nowMs = clock();
    const changesBefore = changes;
    const stamp = await rows.get(stampKey.partition, stampKey.sort);
    if (stamp !== directory.stamp || stamp === undefined) {
      const claims = new Map<string, string>();
      for await (const { sort, value } of scanAll(rows, domainsPartition))
        claims.set(sort, (JSON.parse(value) as Claim).id);
      const byDomain = new Map<string, Site>();
      for await (const { value } of scanAll(rows, sitesPartition)) {
        const site = JSON.parse(value) as Site;
        if (claims.get(site.domain) === site.id) byDomain.set(site.domain, site);
      }
      directory = { stamp, readAtMs: nowMs, byDomain };
    } else {
      directory = { ...directory, readAtMs: nowMs };
    }
    // Read while we changed something: whoever asks next must not take it for the newest.
    if (changes !== changesBefore) directory = { ...directory, readAtMs: Number.NEGATIVE_INFINITY };
    return directory.byDomain;
  }

  function find(domain: string): Promise<Site | undefined> {
    return findIn((sites) => {
      const exact = sites.get(domain);
      if (exact !== undefined) return exact;
      const read = readDomain(domain);
      // A page's host may have a port that its site's domain leaves out.
      return 'domain' in read
        ? (sites.get(read.domain) ?? sites.get(read.domain.replace(/:\d+$/, '')))
        : undefined;
    });
  }

  async function list(): Promise<readonly Site[]> {
    return [...(await current()).values()].sort(
      (a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1),
    );
  }

  function findDefault(): Promise<Site | undefined> {
    return findIn((sites) => {
      if (sites.size === 1) return sites.values().next().value;
      for (const site of sites.values()) if (site.default) return site;
      return undefined;
    });
  }

  async function expect(domain: string): Promise<Site> {
    const site = await find(domain);
    if (site === undefined)
      throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain)}`);
    return site;
  }

  async function add(
    text: string,
    settings: Readonly<Record<string, unknown>> = {},
    finish: (site: Site) => Site = (site) => site,
  ): Promise<Site> {
    const nowMs = clock();
    const domain = domainOf(text);
    const { timezone = 'UTC', ...others } = settings;
    if (typeof timezone !== 'string' || !isZone(timezone)) {
      const problem = `expected an IANA time zone such as Europe/Berlin, got ${JSON.stringify(timezone)}`;
      throw new DaybookError('bad-input', `timezone: ${problem}`, {
        fields: { timezone: [problem] },
      });
    }
    const blank: Site = {
      id: newId(),
      domain,
      zones: zonesFrom(timezone, nowMs),
      createdMs: nowMs,
      open: false,
      default: false,
      respectsGpc: false,
      excludedAddresses: [],
      excludedPages: [],
    };
    const site = finish(applySettings(blank, others, nowMs));
    await rows.append([{ partition: sitesPartition, sort: site.id, value: JSON.stringify(site) }]);
    await claim(domain, site.id);
    if (site.default) await leaveOneDefault(site.id);
    await changed();
    return site;
  }

  async function set(text: string, settings: Readonly<Record<string, unknown>>): Promise<Site> {
    const site = await expect(text);
    const { domain: newDomain, ...others } = settings;
    const domain = newDomain === undefined ? site.domain : domainOf(newDomain);
    if (domain !== site.domain) await claim(domain, site.id);
    const updated = await update(site.id, (latest) => ({
      ...applySettings(latest, others, clock()),
      domain,
    }));
    if (domain !== site.domain)
      await rows.remove([{ partition: domainsPartition, sort: site.domain }]);
    if (updated.default) await leaveOneDefault(site.id);
    await changed();
    return updated;
  }

  async function change(text: string, make: (site: Site) => Site): Promise<Site> {
    const { id } = await expect(text);
    const updated = await update(id, make);
    await changed();
    return updated;
  }

  async function remove(text: string): Promise<Site> {
    const site = await expect(text);
    await rows.remove([{ partition: sitesPartition, sort: site.id }]);
    await rows.remove([{ partition: domainsPartition, sort: site.domain }]);
    await changed();
    return site;
  }

  async function isGone(id: string): Promise<boolean> {
    if ((await rows.get(sitesPartition, id)) !== undefined) return false;
    // A removal that was cut before it said so: others may still take hits for it.
    await changed();
    return true;
  }

  /**
   * Takes a domain for a site, or throws `conflict`. A claim left behind by a cut removal or
   * renaming is taken over.
   */
  async function claim(domain: string, id: string): Promise<void> {
    const row = {
      partition: domainsPartition,
      sort: domain,
      value: JSON.stringify({ id, atMs: clock() } satisfies Claim),
    };
    if (await rows.putIf(row, undefined)) return;
    const held = await rows.get(domainsPartition, domain);
    if (
      held !== undefined &&
      !(await isAlive(domain, JSON.parse(held) as Claim)) &&
      (await rows.putIf(row, held))
    )
      return;
    throw new DaybookError('conflict', `there is a site ${domain} already`, {
      fields: { domain: ['is taken already'] },
    });
  }

  async function isAlive(domain: string, { id, atMs }: Claim): Promise<boolean> {
    const site = await rows.get(sitesPartition, id);
    if (site === undefined) return false;
    return (JSON.parse(site) as Site).domain === domain || clock() - atMs < minuteMs;
  }

  async function update(id: string, change: (site: Site) => Site): Promise<Site> {
    for (;;) {
      const text = await rows.get(sitesPartition, id);
      if (text === undefined) throw new DaybookError('not-found', 'the site was removed meanwhile');
      const site = change(JSON.parse(text) as Site);
      if (
        await rows.putIf({ partition: sitesPartition, sort: id, value: JSON.stringify(site) }, text)
      )
        return site;
    }
  }

  async function leaveOneDefault(id: string): Promise<void> {
    for await (const { sort, value } of scanAll(rows, sitesPartition)) {
      if (sort !== id && (JSON.parse(value) as Site).default)
        await update(sort, (site) => ({ ...site, default: false }));
    }
  }

  async function changed(): Promise<void> {
    await rows.append([{ ...stampKey, value: JSON.stringify({ at: clock(), change: newId() }) }]);
    directory = { ...directory, readAtMs: Number.NEGATIVE_INFINITY };
    reading = undefined;
    changes++;
  }

  return { find, findDefault, list, add, set, change, remove, isGone };
}

function domainOf(text: unknown): string {
  const read =
    typeof text === 'string'
      ? readDomain(text)
      : { error: 'expected a domain such as example.com' };
  if ('error' in read)
    throw new DaybookError('bad-input', `domain: ${read.error}`, {
      fields: { domain: [read.error] },
    });
  return read.domain;
}
