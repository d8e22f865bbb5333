import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { AuditLog } from '../account/audit-log.ts';
import type { Invitations } from '../account/invitations.ts';
import type { Keys } from '../account/keys.ts';
import type { Owner } from '../account/owner.ts';
import type { People } from '../account/people.ts';
import type { Sessions } from '../account/sessions.ts';
import type { SignIn } from '../account/sign-in/sign-in.ts';
import type { Sites } from '../account/sites.ts';
import type { Place } from '../collect/enrich/place.ts';
import type { CollectWorld } from '../collect/world.ts';
import type { ShortDay } from '../days/books.ts';
import type { Home } from '../home/home.ts';
import type { Arrivals } from '../journal/arrivals.ts';
import type { CarefulClock } from '../lib/careful-clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Notify } from '../notify/notify.ts';
import type { Reports } from '../report/engine.ts';
import type { Sql } from '../sql/sql.ts';
import type { ApiTurns } from './api-limits.ts';
import type { ProxyTrust } from './client-address.ts';
import type { Encoding } from './compress.ts';
import type { Streams } from './live-stream.ts';
import type { Health } from './schemas/health.ts';

/** Everything the routes work with; put together by `entry/`. */
export type World = {
  readonly home: Home;
  readonly clock: Clock;
  readonly random: Random;
  /** For what cannot be taken back. */
  readonly careful: CarefulClock;
  readonly sites: Sites;
  readonly owner: Owner;
  readonly keys: Keys;
  readonly people: People;
  readonly invitations: Invitations;
  readonly sessions: Sessions;
  /** How people show who they are. */
  readonly signIn: SignIn;
  readonly auditLog: AuditLog;
  /** Where those who ask are counted by address, key and person. */
  readonly apiTurns?: ApiTurns;
  readonly collect: CollectWorld;
  readonly arrivals: Arrivals;
  /** Where reports are sent to people. */
  readonly notify?: Notify;
  /**
   * There is no report engine: raw hits are read from the journal, and those of closed days not at
   * all.
   */
  readonly journalOnly?: boolean;
  /** The report engine, opened by the first question. */
  readonly engine: () => Promise<Reports>;
  /** Where statements of owners are run; a function that only collects has none. */
  readonly sql?: Sql;
  /** A page of the dashboard is asked for, and reports will be: the engine may begin to start. */
  readonly prepareEngine?: () => void;
  readonly trust: ProxyTrust;
  /** The built dashboard by path (`/assets/x.js`). */
  readonly pages: ReadonlyMap<string, Page>;
  /** The address of the other end of the connection. */
  readonly peerAddress: (c: Context) => string;
  readonly log: Logger;
  /** Regions and cities are known, by a database that the owner has brought. */
  readonly hasCities?: boolean;
  /** Where browsers reach this Daybook (`https://stats.example.com`), if the owner has said so. */
  readonly publicUrl?: string;
  /** The path below which browsers reach it, such as `/stats`; `publicUrl` has it too. */
  readonly base?: string;
  /** Where the tracker is served, and hits are taken, besides: paths that the owner has chosen. */
  readonly scriptPath?: string;
  readonly eventPath?: string;
  /**
   * The country that a request names in a header that the owner trusts; else the address shows it.
   */
  readonly placeOf?: (c: Context) => Place | undefined;
  /** Where answers may go on for long. */
  readonly streams?: Streams;
  /** Where somebody measures how long hits take: `begin` gives what `acknowledged` is told. */
  readonly timer?: Timer;
  /** Closed days of a site that have fewer rows than were stored, where somebody looks for them. */
  readonly shortDays?: (siteId: string) => Promise<readonly ShortDay[]>;
  /** What `/health` says to an admin, where there is a server. */
  readonly health?: () => Promise<Health>;
  /** The text of `/metrics`, and its type, where there is one. */
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Where answers may not be as long as they like. */
  readonly answerLimits?: AnswerLimits;
};

export type Timer = {
  begin(): number;
  /** A request with hits was answered. */
  acknowledged(begun: number): void;
};

/**
 * A page of rows ends before it passes `bytes`, or `ms` after it was begun; the next one can be
 * asked for.
 */
export type AnswerLimits = { readonly bytes: number; readonly ms: number };

export type Page = {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The body as it was compressed when it was built; none of short files and of images. */
  readonly encoded: ReadonlyMap<Encoding, Uint8Array<ArrayBuffer>>;
  readonly type: string;
  readonly immutable: boolean;
};
