import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import { listSharedLinks } from '../shared-links.ts';
import type { Site } from '../site.ts';

/** What the settings do not say, and what is said to visitors depends on. */
export type PrivacyFacts = {
  /** Addresses are looked up in a database of cities. */
  readonly hasCities: boolean;
  /** On AWS, what was destroyed can be restored by the account's owner for some weeks. */
  readonly home: Home['name'];
  /** Shared links to the site's reports that hold now. */
  readonly links: number;
};

type Source = {
  readonly home: Pick<Home, 'rows' | 'name'>;
  readonly clock: Clock;
  readonly hasCities?: boolean;
};

export async function privacyFacts(
  { home, clock, hasCities = false }: Source,
  { id }: Pick<Site, 'id'>,
): Promise<PrivacyFacts> {
  const links = await listSharedLinks(home, id);
  const holding = links.filter(({ expiresMs = Number.POSITIVE_INFINITY }) => clock() < expiresMs);
  return { hasCities, home: home.name, links: holding.length };
}
