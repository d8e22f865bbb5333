import type { DropReason } from '../model/drop-reasons.ts';
import type { Candidate } from './candidate.ts';

/** Why a hit was not counted, or that its revenue was left out. */
export type LoggedReason = DropReason | 'invalid-revenue';

/**
 * A hit that was not counted, or not all of it, for its site's owner to find out why. Contains
 * nothing that names the visitor.
 */
export type LoggedDrop = {
  readonly atMs: number;
  readonly reason: LoggedReason;
  /** The site the hit named. */
  readonly domain: string;
  readonly name: string;
  readonly page: string;
};

const kept = 100;

export type DropLog = {
  log(candidate: Candidate, reason: LoggedReason): void;
  /** The last ones, newest first. */
  last(domain: string): readonly LoggedDrop[];
  /** The last ones for domains that are no site's. */
  lastUnknown(isUnknown: (domain: string) => boolean): readonly LoggedDrop[];
};

/** The last drops of this process, in memory: a help for setting up, not a record. */
export function openDropLog(): DropLog {
  const drops: LoggedDrop[] = [];
  let next = 0;
  const newestFirst = (wanted: (logged: LoggedDrop) => boolean) =>
    drops.filter(wanted).sort((a, b) => b.atMs - a.atMs);
  return {
    log(candidate, reason) {
      const { receivedAtMs, domain = '', name, page } = candidate;
      drops[next] = {
        atMs: receivedAtMs,
        reason,
        domain,
        name: name.slice(0, 120),
        page: page.slice(0, 200),
      };
      next = (next + 1) % kept;
    },
    last: (domain) => newestFirst((logged) => logged.domain === domain),
    lastUnknown: (isUnknown) => newestFirst((logged) => isUnknown(logged.domain)),
  };
}
