import type { Sites } from '../../account/sites.ts';
import type { Home } from '../../home/home.ts';
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
