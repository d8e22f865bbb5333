import type { Site } from '../account/site.ts';
import { openPlaces } from '../collect/enrich/place.ts';
import type { ImportWorld } from '../collect/log/import-log.ts';
import { openVisitors } from '../collect/visitors.ts';
import type { Home } from '../home/home.ts';
import { openAppender } from '../journal/append.ts';
import { openBooks } from '../journal/books.ts';
import { DaybookError } from '../lib/errors.ts';
import { random } from './cli-data.ts';
import { openWorldSites } from './world.ts';

export function openImportWorld(home: Home): ImportWorld {
  return {
    home,
    appender: openAppender(home),
    books: openBooks(home),
    visitors: openVisitors(home.salts, random),
    places: openPlaces({}),
    clock: Date.now,
  };
}

/** The site that an import is for. */
export async function expectSite(home: Home, domain: string): Promise<Site> {
  const site = await openWorldSites(home, Date.now, random).find(domain);
  if (site !== undefined) return site;
  const problem = `there is no site ${JSON.stringify(domain)}; \`daybook site add ${domain}\` makes it`;
  throw new DaybookError('not-found', problem);
}
