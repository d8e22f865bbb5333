import { totalmem } from 'node:os';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { openOwner } from '../account/owner.ts';
import { openSessions } from '../account/sessions.ts';
import { openSites, type Sites } from '../account/sites.ts';
import { openDropLog } from '../collect/drop-log.ts';
import { openPlaces } from '../collect/enrich/place.ts';
import { openVisitors } from '../collect/visitors.ts';
import type { Home } from '../home/home.ts';
import type { ProxyTrust } from '../http/client-address.ts';
import type { Page, World } from '../http/world.ts';
import { openAppender } from '../journal/append.ts';
import { openBooks } from '../journal/books.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Engine } from '../report/engine.ts';

export type Surroundings = {
  readonly home: Home;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly trust: ProxyTrust;
  readonly pages: ReadonlyMap<string, Page>;
  readonly peerAddress: (c: Context) => string;
};

/** Puts Daybook together over a home. Nothing is started: see `duties.ts`. */
export function openWorld(surroundings: Surroundings): World {
  const { home, clock, random } = surroundings;
  const sites = openWorldSites(home, clock, random);
  const owner = openOwner(home, random);
  let engine: Promise<Engine> | undefined;
  return {
    ...surroundings,
    engine: () => (engine ??= openReports(home, clock)),
    sites,
    owner,
    sessions: openSessions(home, owner, clock, random),
    collect: {
      sites,
      random,
      appender: openAppender(home),
      books: openBooks(home),
      dropLog: openDropLog(),
      visitors: openVisitors(home.salts, random),
      places: openPlaces({}),
    },
  };
}

/** DuckDB is loaded only here: a server that only collects, and the collecting Lambda, never pay for it. */
async function openReports(home: Home, clock: Clock): Promise<Engine> {
  const { openEngine } = await import('../report/engine.ts');
  return openEngine({ home, clock, memoryBytes: reportMemoryBytes(), threads: 2 });
}

/** A quarter of the machine, between 512 MB and 4 GB. */
function reportMemoryBytes(): number {
  return Math.min(4 * 1024 ** 3, Math.max(512 * 1024 ** 2, totalmem() / 4));
}

export function openWorldSites(home: Home, clock: Clock, random: Random): Sites {
  return openSites(home, clock, () => newSiteId(random));
}

/** 12 characters of [a-z0-9], 62 random bits. */
function newSiteId(random: Random): string {
  return (random(8).readBigUInt64BE() % 36n ** 12n).toString(36).padStart(12, '0');
}
