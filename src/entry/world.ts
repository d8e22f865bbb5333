import type { Context } from 'hono';
import type { Logger } from 'pino';
import { openAuditLog } from '../account/audit-log.ts';
import { openInvitations } from '../account/invitations.ts';
import { openKeys } from '../account/keys.ts';
import { openOwner } from '../account/owner.ts';
import { openPeople } from '../account/people.ts';
import { openSessions } from '../account/sessions.ts';
import type { OidcSettings } from '../account/sign-in/oidc-settings.ts';
import { openSignIn } from '../account/sign-in/sign-in.ts';
import { openSites, type Sites } from '../account/sites.ts';
import { openDropLog } from '../collect/drop-log.ts';
import { openPlaces, type Places } from '../collect/enrich/place.ts';
import { openVisitors } from '../collect/visitors.ts';
import { type Home, rowsExpire } from '../home/home.ts';
import type { ProxyTrust } from '../http/client-address.ts';
import type { Page, World } from '../http/world.ts';
import { openAppender } from '../journal/append.ts';
import { openArrivals } from '../journal/arrivals.ts';
import { type Books, openBooks } from '../journal/books.ts';
import { openOwnIds } from '../journal/own-ids.ts';
import { openRepeatedRows } from '../journal/repeated-rows.ts';
import { monthOf, readMonth } from '../ledger/manifest.ts';
import { beginEra } from '../ledger/packs.ts';
import { askTogether } from '../lib/ask-together.ts';
import { type CarefulClock, openCarefulClock } from '../lib/careful-clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Reports } from '../report/engine.ts';

export type Surroundings = {
  readonly home: Home;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly trust: ProxyTrust;
  readonly pages: ReadonlyMap<string, Page>;
  readonly peerAddress: (c: Context) => string;
  /** Opens the report engine; called once, by the first question. */
  readonly reports: () => Promise<Reports>;
  /** Where the machine's clock may be wrong; by default `clock` is followed. */
  readonly careful?: CarefulClock;
  /** No clock is right that is before this. */
  readonly earliestMs?: number;
  /** Instead of the countries that come with Daybook. */
  readonly places?: Places;
  /** Where the books are not written by a timer. */
  readonly books?: Books;
  /** The OpenID Connect provider, where the owner has chosen one. */
  readonly oidc?: OidcSettings | undefined;
} & Pick<
  World,
  | 'apiTurns'
  | 'prepareEngine'
  | 'sql'
  | 'placeOf'
  | 'answerLimits'
  | 'journalOnly'
  | 'publicUrl'
  | 'base'
  | 'scriptPath'
  | 'eventPath'
  | 'hasCities'
  | 'health'
  | 'shortDays'
  | 'streams'
  | 'timer'
  | 'metrics'
>;

export type OpenWorld = World & {
  /** Closes the report engine, if anybody asked for it. */
  closeEngine(): Promise<void>;
};

/** Puts Daybook together over a home. Nothing is started: see `duties.ts`. */
export function openWorld(surroundings: Surroundings): OpenWorld {
  const { home, clock, random, reports, books = openBooks(home) } = surroundings;
  const sites = openWorldSites(home, clock, random);
  const owner = openOwner(home, random);
  const people = openPeople(home, { clock, random });
  const arrivals = openArrivals(clock, surroundings.earliestMs);
  let opened: Promise<Reports> | undefined;
  const engine = () => (opened ??= reports());
  return {
    careful: openCarefulClock({ clock, uptimeMs: clock }),
    ...surroundings,
    engine,
    closeEngine: async () => (await opened?.catch(() => undefined))?.close(),
    sites,
    owner,
    keys: openKeys(home, { clock, random }),
    arrivals,
    people,
    invitations: openInvitations(home, { clock, random }),
    sessions: openSessions(home, { owner, people }, clock, random),
    signIn: openSignIn(home, { people, clock, random, oidc: surroundings.oidc }),
    auditLog: openAuditLog(home, { clock, random }),
    collect: {
      sites,
      random,
      appender: openAppender(home, {
        arrivals,
        ...(home.writers === 'one' && {
          isClosed: async (siteId, day) =>
            (await readMonth(home, siteId, monthOf(day))).content.days[day] !== undefined,
          onSetBack: () => beginEra(home, newSiteId(random)),
        }),
      }),
      books,
      repeated: openRepeatedRows(),
      tries: {
        home,
        ownIds: openOwnIds(home),
        ...(!rowsExpire(home) && {
          inFrozen: askTogether(
            ({ site, day }) => `${site.id}/${day}`,
            async ({ site, day }, ids) => (await engine()).hitsAmong(site, day, ids),
          ),
        }),
      },
      dropLog: openDropLog(),
      visitors: openVisitors(home.salts, random),
      places: surroundings.places ?? openPlaces(),
    },
  };
}

export function openWorldSites(home: Home, clock: Clock, random: Random): Sites {
  return openSites(home, clock, () => newSiteId(random));
}

/** 12 characters of [a-z0-9], 62 random bits. */
function newSiteId(random: Random): string {
  return (random(8).readBigUInt64BE() % 36n ** 12n).toString(36).padStart(12, '0');
}
