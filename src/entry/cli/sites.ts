import type { Site } from '../../account/site.ts';
import type { Sites } from '../../account/sites.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, random, withHome } from './data.ts';

/** Opens the data's sites for one command. */
export function withSites(
  flags: DataFlag,
  run: (sites: Sites, home: Home) => Promise<void>,
  options?: { readonly mayCreate: boolean },
): Promise<void> {
  return withHome(flags, (home) => run(openWorldSites(home, Date.now, random), home), options);
}

export async function siteNamed(sites: Sites, domain: string): Promise<Site> {
  const site = await sites.find(domain);
  if (site === undefined)
    throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain)}`);
  return site;
}
