import { markRemoved, removeSiteData } from '../close/removed-sites.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Site } from './site.ts';
import type { Sites } from './sites.ts';

/**
 * Removes a site and all that was collected for it. The site goes before its data, so that nothing new comes in; cut midway,
 * what is left belongs to no site, is never shown, and is removed by whoever closes days; so is all of it with `later`, for
 * who has to answer soon.
 */
export async function removeSite(
  home: Home,
  sites: Sites,
  domain: string,
  clock: Clock,
  { later = false }: { readonly later?: boolean } = {},
): Promise<Site> {
  const found = await sites.find(domain);
  if (found === undefined)
    throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
  await markRemoved({ home }, found.id, clock());
  const site = await sites.remove(found.domain);
  await home.salts.destroySite(site.id);
  if (!later) await removeSiteData({ home }, site.id);
  return site;
}
