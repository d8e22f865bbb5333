import { type Home, scanAll } from '../home/home.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { formerDomainsAt, type Site } from './site.ts';

/**
 * The rows of sites:
 *
 *   sites     <id>       the site; it counts only while its domain's claim names it
 *   domains   <domain>   a claim: the id of the site that has it, or had it before for as long as
 *                        it still means that site, so that no two have one domain. Of an alias
 *                        too
 *   stamp     sites      changed with every change: a cache learns of it by one small read
 */
const sitesPartition = 'sites';

const domainsPartition = 'domains';

const stampKey = { partition: 'stamp', sort: 'sites' };

export type SiteRows = Pick<Home['rows'], 'get' | 'scan' | 'append' | 'putIf' | 'remove'>;

type Claim = { readonly id: string; readonly atMs: number };

/** All sites that count, by domain. */
export async function readSites(rows: SiteRows): Promise<Map<string, Site>> {
  const claims = new Map<string, string>();
  for await (const { sort, value } of scanAll(rows, domainsPartition))
    claims.set(sort, claimIn(value).id);
  const byDomain = new Map<string, Site>();
  for await (const { value } of scanAll(rows, sitesPartition)) {
    const site = JSON.parse(value) as Site;
    if (claims.get(site.domain) === site.id) byDomain.set(site.domain, site);
  }
  return byDomain;
}

export const readStamp = (rows: SiteRows): Promise<string | undefined> =>
  rows.get(stampKey.partition, stampKey.sort);

/** `change` is any text that no other change has. */
export const stampChange = (rows: SiteRows, atMs: number, change: string): Promise<void> =>
  rows.append([{ ...stampKey, value: JSON.stringify({ at: atMs, change }) }]);

export const putSite = (rows: SiteRows, site: Site): Promise<void> =>
  rows.append([{ partition: sitesPartition, sort: site.id, value: JSON.stringify(site) }]);

export const siteExists = async (rows: SiteRows, id: string): Promise<boolean> =>
  (await rows.get(sitesPartition, id)) !== undefined;

/** Changes a site by a function, which is called again if another change came in between. */
export async function updateSite(
  rows: SiteRows,
  id: string,
  change: (site: Site) => Site,
): Promise<Site> {
  for (;;) {
    const text = await rows.get(sitesPartition, id);
    if (text === undefined) throw new DaybookError('not-found', 'the site was removed meanwhile');
    const site = change(JSON.parse(text) as Site);
    const row = { partition: sitesPartition, sort: id, value: JSON.stringify(site) };
    if (await rows.putIf(row, text)) return site;
  }
}

/** Takes out a site that came back too late. */
export const removeSiteRow = (rows: SiteRows, id: string): Promise<void> =>
  rows.remove([{ partition: sitesPartition, sort: id }]);

/** No other site stays the default one. One that is removed meanwhile is none. */
export async function leaveOneDefault(rows: SiteRows, id: string): Promise<void> {
  for await (const { sort, value } of scanAll(rows, sitesPartition)) {
    if (sort === id || !(JSON.parse(value) as Site).default) continue;
    try {
      await updateSite(rows, sort, (site) => ({ ...site, default: false }));
    } catch (error) {
      if (!(error instanceof DaybookError) || error.fault !== 'not-found') throw error;
    }
  }
}

/** The site first: a claim that names no site can be taken over. */
export async function removeSiteRows(rows: SiteRows, site: Site): Promise<void> {
  const { id, domain, aliases = [], formerDomains = [] } = site;
  await removeSiteRow(rows, id);
  for (const name of [domain, ...aliases, ...formerDomains.map((former) => former.domain)])
    await releaseDomain(rows, name, id);
}

/** Unless another site has it by now. */
async function releaseDomain(rows: SiteRows, domain: string, id: string): Promise<void> {
  const held = await rows.get(domainsPartition, domain);
  if (held !== undefined && claimIn(held).id === id)
    await rows.remove([{ partition: domainsPartition, sort: domain }]);
}

/**
 * Takes a domain or an alias for a site, or throws `conflict`. A claim that a cut removal or
 * renaming has left is taken over, and so is one of the site itself.
 */
export async function claimDomain(
  rows: SiteRows,
  domain: string,
  id: string,
  clock: Clock,
): Promise<void> {
  const claim: Claim = { id, atMs: clock() };
  const row = { partition: domainsPartition, sort: domain, value: JSON.stringify(claim) };
  if (await rows.putIf(row, undefined)) return;
  const held = await rows.get(domainsPartition, domain);
  const isFree =
    held !== undefined &&
    (claimIn(held).id === id || !(await isAlive(rows, domain, claimIn(held), clock)));
  if (isFree && (await rows.putIf(row, held))) return;
  throw isTaken(domain);
}

/** Throws `conflict` where a site has the domain now: `claimDomain` would too, after a write. */
export async function expectFree(rows: SiteRows, domain: string, clock: Clock): Promise<void> {
  const held = await rows.get(domainsPartition, domain);
  if (held !== undefined && (await isAlive(rows, domain, claimIn(held), clock)))
    throw isTaken(domain);
}

const claimIn = (value: string) => JSON.parse(value) as Claim;

const isTaken = (domain: string) =>
  new DaybookError('conflict', `there is a site ${domain} already, or it was renamed lately`, {
    fields: { domain: ['is taken already'] },
  });

/** Takes aliases for a site, or throws `conflict`. */
export async function claimAliases(
  rows: SiteRows,
  { id, aliases = [] }: Pick<Site, 'id' | 'aliases'>,
  clock: Clock,
): Promise<void> {
  for (const alias of aliases) {
    try {
      await claimDomain(rows, alias, id, clock);
    } catch (error) {
      if (!(error instanceof DaybookError) || error.fault !== 'conflict') throw error;
      throw new DaybookError('conflict', `aliases: another site has ${alias}`, {
        fields: { aliases: [`another site has ${alias}`] },
      });
    }
  }
}

/** Whether a site counts. */
async function hasDomain(rows: SiteRows, { id, domain }: Site): Promise<boolean> {
  const held = await rows.get(domainsPartition, domain);
  return held !== undefined && claimIn(held).id === id;
}

/** A fresh claim counts even if its site does not have the domain yet: it is being renamed. */
async function isAlive(
  rows: SiteRows,
  domain: string,
  { id, atMs }: Claim,
  clock: Clock,
): Promise<boolean> {
  const text = await rows.get(sitesPartition, id);
  if (text === undefined) return false;
  const site = JSON.parse(text) as Site;
  return (
    site.domain === domain ||
    (site.aliases?.includes(domain) && (await hasDomain(rows, site))) ||
    formerDomainsAt(site, clock()).some((former) => former.domain === domain) ||
    Math.abs(clock() - atMs) < minuteMs
  );
}
