import type { Context, Hono } from 'hono';
import type { Pass } from '../../close/pass.ts';
import type { Health } from '../../http/schemas/health.ts';
import type { Clock } from '../../lib/clock.ts';
import type { NotifyFlags } from '../notify.ts';
import type { OidcFlags } from '../oidc.ts';
import type { DatabaseFiles } from '../own-databases.ts';
import type { BackupSettings } from './backups.ts';

export type DaybookOptions = DatabaseFiles & {
  readonly data: string;
  /** Addresses and CIDR ranges of proxies whose `X-Forwarded-For` is believed. */
  readonly proxies: readonly string[];
  /** Where browsers reach this server, if not where a request comes in. */
  readonly publicUrl?: string;
  /** The path below which browsers reach it, such as `/stats`. */
  readonly base?: string;
  /** Requests of the API a minute from one address, see `openApiTurns`; 0: as many as they like. */
  readonly apiLimit?: number;
  /** Where the tracker is served besides, and hits are taken. */
  readonly scriptPath?: string;
  readonly eventPath?: string;
  /** The OpenID Connect provider, besides what the environment says. */
  readonly oidc?: OidcFlags;
  /** Where and how often the data is backed up; without it, not by the server. */
  readonly backup?: BackupSettings;
  /** How reports are sent to people, besides what the environment says. */
  readonly notify?: NotifyFlags;
  /**
   * Where the report engine runs and days are closed: by default in processes of their own. With
   * `here`, days are closed only when `closeDays` asks for it; with `within`, when they are due.
   */
  readonly reports?: 'process' | 'here' | 'within';
  /** Folder of the built dashboard. */
  readonly pages?: string;
  /** Of the server and its processes together; by default `DAYBOOK_MEMORY`, or the machine's. */
  readonly memoryBytes?: number | undefined;
  readonly clock?: Clock;
  /** Where `clock` may be set wrong: milliseconds that nobody can set. */
  readonly uptimeMs?: Clock;
  readonly earliestMs?: number;
  readonly env?: NodeJS.ProcessEnv;
};

export type Running = {
  /** The owner key, only at the start that made it. */
  readonly firstKey: string | undefined;
  /** By it the first owner signs up; only at that start, too. */
  readonly setUpToken: string | undefined;
  /** Closes the days that are due, now; with `atOnce`, late rows do not wait for their hour. */
  closeDays(atOnce?: boolean): Promise<Pass>;
  /** Sends the summaries and alerts that are due, now. */
  sendReports(): Promise<void>;
  /** Takes no more requests, finishes those under way, writes the books, closes the home. */
  close(): Promise<void>;
};

/** The way by which requests come in. */
export type Entrance = {
  /** The address of the other end of the connection. */
  readonly peerAddress: (c: Context) => string;
  /** By which others are told who has the data. */
  readonly name: string;
  /** Whether its process can be succeeded (`successor.ts`). */
  readonly handsOver?: boolean;
  /** The state of the certificate, where this entrance has one of its own. */
  readonly certificate?: () => Health['certificate'];
  /** Lets requests in; gives what ends them again. */
  open(answer: Hono['fetch'], isProxy: (address: string) => boolean): Promise<() => Promise<void>>;
};
