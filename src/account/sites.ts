import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { isZone, zonesFrom } from '../lib/site-days.ts';
import { renamedSiteMs } from '../model/times.ts';
import { readDomain } from './domain.ts';
import { formerDomainsAt, type Site } from './site.ts';
import { openSiteDirectory, type SiteDirectory } from './site-directory.ts';
import {
  claimAliases,
  claimDomain,
  expectFree,
  leaveOneDefault,
  putSite,
  readSites,
  removeSiteRow,
  removeSiteRows,
  siteExists,
  stampChange,
  updateSite,
} from './site-rows.ts';
import { applySettings } from './site-settings.ts';

export type Sites = Pick<SiteDirectory, 'find' | 'findDefault' | 'list'> & {
  /**
   * `finish` gives it what no setting says, before anybody can see it. Rejects with `conflict`
   * where there is a site of that domain; from then on it is found here too.
   */
  add(
    domain: string,
    settings?: Readonly<Record<string, unknown>>,
    finish?: (site: Site) => Site,
  ): Promise<Site>;
  /**
   * Changes settings, and the domain if `settings.domain` says so; the old domain still means the
   * site for 72 hours.
   */
  set(domain: string, settings: Readonly<Record<string, unknown>>): Promise<Site>;
  /** Changes a site by a function, which is called again if another change came in between. */
  change(domain: string, change: (site: Site) => Site): Promise<Site>;
  /** Stops collecting and forgets the site. The caller removes what was collected for it. */
  remove(domain: string): Promise<Site>;
  /**
   * Brings a removed site back, or leaves it where it is back already. Its domain may have got
   * another site meanwhile: then rejects with `conflict`. `holds` is asked when it is back: if it
   * says no, the site is removed again, and this gives undefined.
   */
  restore(site: Site, holds: () => Promise<boolean>): Promise<Site | undefined>;
  /**
   * Whether there is no row of a site now, whatever is cached. Every process reads the sites again
   * after that.
   */
  isGone(id: string): Promise<boolean>;
};

export function openSites(
  home: Pick<Home, 'rows' | 'settingsMaxAgeMs'>,
  clock: Clock,
  newId: () => string,
): Sites {
  const { rows } = home;
  const directory = openSiteDirectory(home, clock);
  const { find, findDefault, list } = directory;

  async function noteChange(): Promise<void> {
    await stampChange(rows, clock(), newId());
    directory.expire();
  }

  async function expectSite(domain: string): Promise<Site> {
    const site = await find(domain);
    if (site === undefined)
      throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain)}`);
    return site;
  }

  /**
   * Puts a site and claims its domain. If another site has it, made a moment ago perhaps, its maker
   * may have been ended before it noted the change: so this does, and what is known is read again.
   */
  async function claim(site: Site): Promise<void> {
    try {
      await expectFree(rows, site.domain, clock);
      await putSite(rows, site);
      await claimAliases(rows, site, clock);
      await claimDomain(rows, site.domain, site.id, clock);
    } catch (error) {
      if (isConflict(error)) {
        await removeSiteRow(rows, site.id);
        await noteChange();
      }
      throw error;
    }
  }

  /** Those of the names of a site that comes back which no other site has taken. */
  async function claimFree<N>(
    names: readonly N[],
    take: (name: N) => Promise<void>,
  ): Promise<readonly N[]> {
    const claimed: N[] = [];
    for (const name of names) {
      try {
        await take(name);
        claimed.push(name);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
    return claimed;
  }

  /** The other names of a site that comes back: its aliases, and its former domains. */
  async function claimOthers(site: Site): Promise<Pick<Site, 'aliases' | 'formerDomains'>> {
    const claim = (name: string) => claimDomain(rows, name, site.id, clock);
    const formerDomains = await claimFree(formerDomainsAt(site, clock()), ({ domain }) =>
      claim(domain),
    );
    if (site.aliases === undefined) return { formerDomains };
    return { formerDomains, aliases: await claimFree(site.aliases, claim) };
  }

  return {
    ...{ find, findDefault, list },
    async add(text, settings = {}, finish = (site) => site) {
      const site = finish(newSite(newId(), text, settings, clock()));
      await claim(site);
      if (site.default) await leaveOneDefault(rows, site.id);
      await noteChange();
      return site;
    },
    async set(text, settings) {
      const site = await expectSite(text);
      const { domain: newDomain, ...others } = settings;
      const domain = newDomain === undefined ? site.domain : domainOf(newDomain);
      if (domain !== site.domain) await claimDomain(rows, domain, site.id, clock);
      // An alias that is no longer its own stays claimed, by a claim that no longer counts.
      if ('aliases' in others) {
        const { aliases } = applySettings(site, { aliases: others['aliases'] }, clock());
        await claimAliases(rows, { id: site.id, ...(aliases !== undefined && { aliases }) }, clock);
      }
      const updated = await updateSite(rows, site.id, (latest) => ({
        ...renamed(applySettings(latest, others, clock()), domain, clock()),
      }));
      if (updated.default) await leaveOneDefault(rows, site.id);
      await noteChange();
      return updated;
    },
    async change(text, make) {
      const { id } = await expectSite(text);
      const updated = await updateSite(rows, id, make);
      await noteChange();
      return updated;
    },
    async remove(text) {
      const site = await expectSite(text);
      await removeSiteRows(rows, site);
      await noteChange();
      return site;
    },
    async restore(removed, holds) {
      if (!(await siteExists(rows, removed.id))) {
        const present = await readSites(rows);
        const isDefault = removed.default && ![...present.values()].some((one) => one.default);
        await claimDomain(rows, removed.domain, removed.id, clock);
        const others = await claimOthers(removed);
        await putSite(rows, { ...removed, default: isDefault, ...others });
      }
      const stays = await holds();
      if (!stays) await removeSiteRows(rows, removed);
      await noteChange();
      return stays ? find(removed.domain) : undefined;
    },
    async isGone(id) {
      const exists = await siteExists(rows, id);
      // What was cut before it noted the change: others may still take hits for the site, or not
      // know yet that it was taken back.
      await noteChange();
      return !exists;
    },
  };
}

const isConflict = (error: unknown) => error instanceof DaybookError && error.fault === 'conflict';

function renamed(site: Site, domain: string, nowMs: number): Site {
  if (site.domain === domain) return site;
  const others = formerDomainsAt(site, nowMs).filter((former) => former.domain !== domain);
  const former = { domain: site.domain, untilMs: nowMs + renamedSiteMs };
  return { ...site, domain, formerDomains: [...others, former] };
}

/** A site as it is made. Throws `bad-input` that names each field. */
export function newSite(
  id: string,
  domain: string,
  settings: Readonly<Record<string, unknown>>,
  nowMs: number,
): Site {
  const blank = blankSite(id, domainOf(domain), zoneOf(settings), nowMs);
  const { timezone: _, ...others } = settings;
  return applySettings(blank, others, nowMs);
}

const blankSite = (id: string, domain: string, timezone: string, nowMs: number): Site => ({
  ...{ id, domain, zones: zonesFrom(timezone, nowMs), createdMs: nowMs },
  ...{ open: false, default: false, respectsGpc: false },
  ...{ excludedAddresses: [], excludedPages: [] },
});

function zoneOf({ timezone = 'UTC' }: Readonly<Record<string, unknown>>): string {
  if (typeof timezone === 'string' && isZone(timezone)) return timezone;
  const got = JSON.stringify(timezone);
  const problem = `expected an IANA time zone such as Europe/Berlin, got ${got}`;
  throw new DaybookError('bad-input', `timezone: ${problem}`, { fields: { timezone: [problem] } });
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
