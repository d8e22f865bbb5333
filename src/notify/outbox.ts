import { type Home, scanAll } from '../home/home.ts';
import { type Clock, dayMs, hourMs, minuteMs } from '../lib/clock.ts';
import type { Fact } from './alerts/judge.ts';
import type { What } from './subscription.ts';

/**
 * What is due to be sent, once each:
 *
 *   notify-sent   <moment it became due>/<subscription>/<what>[/<goal>]
 *
 * A row is claimed by a conditional put before it is sent. So it is sent **at most once**: what was
 * claimed by a process that ended meanwhile stays claimed, and nobody gets a mail twice. The same
 * numbers are in the dashboard; a mail that comes again and again is one that people stop reading.
 * What was surely not taken (the server is away, it said "later") is waiting again.
 */
const partition = 'notify-sent';

/** Then it is news no more. */
export const givenUpAfterMs = dayMs;

/** Rows say for so long that something was sent. */
const keptMs = 40 * dayMs;

const firstPauseMs = minuteMs;

const longestPauseMs = 2 * hourMs;

export type Due = {
  /** When it became due; of an alert, when that began which it is about. */
  readonly dueMs: number;
  readonly siteId: string;
  readonly subscriptionId: string;
  readonly what: What;
  /** Of an alert: what was found then. */
  readonly fact?: Fact;
};

export type Entry = Due & {
  readonly state: 'waiting' | 'claimed' | 'sent' | 'given-up';
  readonly tries: number;
  /** When it was put here. */
  readonly putMs: number;
  /** When it may be tried. */
  readonly nextMs: number;
};

export type Outbox = {
  /** False where it is there already. */
  put(due: Due): Promise<boolean>;
  /** What became due lately, the oldest first. */
  recent(sinceMs: number): Promise<Entry[]>;
  /** Takes it: of several who try at once, one gets it. */
  claim(entry: Entry): Promise<Entry | undefined>;
  settle(claimed: Entry, state: 'sent' | 'given-up'): Promise<void>;
  /** Later again, or given up where that would be too late; gives which. */
  putOff(claimed: Entry): Promise<'waiting' | 'given-up'>;
  sweep(): Promise<void>;
};

export function openOutbox({ rows }: Pick<Home, 'rows'>, clock: Clock): Outbox {
  const momentOf = (ms: number) => String(ms).padStart(14, '0');

  const rowOf = (entry: Entry) => ({
    partition,
    sort: idOf(entry),
    value: JSON.stringify(entry),
    expiresAtMs: entry.dueMs + keptMs,
  });

  const change = async (before: Entry, after: Entry) =>
    (await rows.putIf(rowOf(after), JSON.stringify(before))) ? after : undefined;

  const idOf = ({ dueMs, ...due }: Due) => `${momentOf(dueMs)}/${nameOf(due)}`;

  async function settle(claimed: Entry, state: 'sent' | 'given-up'): Promise<void> {
    await change(claimed, { ...claimed, state });
  }

  return {
    settle,
    put(due) {
      const nowMs = clock();
      const entry = { ...due, state: 'waiting', tries: 0, putMs: nowMs, nextMs: nowMs } as const;
      return rows.putIf(rowOf(entry), undefined);
    },
    async recent(sinceMs) {
      const found: Entry[] = [];
      for await (const { value } of scanAll(rows, partition, { from: momentOf(sinceMs) }))
        found.push(JSON.parse(value) as Entry);
      return found;
    },
    claim: (entry) => change(entry, { ...entry, state: 'claimed', tries: entry.tries + 1 }),
    async putOff(claimed) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (claimed.tries - 1));
      const nextMs = clock() + pauseMs;
      const state = nextMs < claimed.putMs + givenUpAfterMs ? 'waiting' : 'given-up';
      await change(claimed, { ...claimed, state, nextMs });
      return state;
    },
    async sweep() {
      const to = momentOf(clock() - keptMs);
      for await (const { sort } of scanAll(rows, partition, { to, keysOnly: true }))
        await rows.remove([{ partition, sort }]);
    },
  };
}

/** One of each goal, else of each kind. */
const nameOf = ({ subscriptionId, what, fact }: Omit<Due, 'dueMs'>) =>
  [`${subscriptionId}/${what}`, ...(fact?.goal === undefined ? [] : [fact.goal.id])].join('/');

/** Names it to receivers, too. */
export const messageId = ({ dueMs, ...due }: Due) => `${dueMs}-${nameOf(due).replaceAll('/', '-')}`;
