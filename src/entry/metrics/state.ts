import { statfs } from 'node:fs/promises';
import { type DueDay, dueDays } from '../../close/due-days.ts';
import { type ShortDay, shortDays } from '../../days/books.ts';
import type { Home } from '../../home/home.ts';
import { readCounts } from '../../journal/books.ts';
import { listDays } from '../../journal/read.ts';
import { closedDaysOf, filesOfMonth, readMonths } from '../../ledger/manifest.ts';
import { type Clock, minuteMs } from '../../lib/clock.ts';
import type { ZoneSpan } from '../../lib/site-days.ts';
import { filesProblem } from '../files-reached.ts';

/** Of all sites together: what the rows say of how it goes. */
export type Upkeep = {
  /** Rows in the journal: of days that are not closed, and late ones. */
  readonly openRows: number;
  /** Days that are due to be closed, or to be closed again. */
  readonly daysWaiting: number;
  /** When the oldest day ended that should be in the ledger and is not. */
  readonly oldestWaitingMs: number | undefined;
  readonly lastClosedMs: number | undefined;
};

/** What is read from all manifests and all books: less often. */
export type Holdings = {
  readonly files: number;
  readonly bytes: number;
  /** Of these, the ones that are not there, or have another size; undefined: see `files`. */
  readonly missing: readonly string[] | undefined;
  /** Closed days that have fewer rows than were counted, by site id. */
  readonly short: ReadonlyMap<string, readonly ShortDay[]>;
};

export type Disk = { readonly freeBytes: number; readonly totalBytes: number };

export type State = {
  upkeep(): Promise<Upkeep>;
  holdings(): Promise<Holdings>;
  /** Why the ledger's files cannot be reached; undefined where they can. */
  files(): Promise<string | undefined>;
  /** Of the folder's file system; undefined where the data are elsewhere, or it cannot say. */
  disk(): Promise<Disk | undefined>;
};

type Site = { readonly id: string; readonly zones: readonly ZoneSpan[] };

export type StateOptions = {
  readonly home: Home;
  readonly clock: Clock;
  /** By which days are closed. */
  readonly careful: Clock;
  readonly sites: () => Promise<readonly Site[]>;
};

/** So long what was read is said again. Where each reading is paid for, it is said for longer. */
const keptMs = { own: minuteMs, paid: 15 * minuteMs };

/** Holdings change when days are closed. */
const holdingsTimes = 10;

/** What stands in the rows and files, read when somebody asks: never on the way of a hit. */
export function openState({ home, clock, careful, sites }: StateOptions): State {
  const lifeMs = home.metered ? keptMs.paid : keptMs.own;
  const files = keptFor(minuteMs, clock, () => filesProblem(home));
  return {
    upkeep: keptFor(lifeMs, clock, async () => {
      let [openRows, daysWaiting, lastClosedMs] = [0, 0, 0];
      let oldestWaitingMs = Number.POSITIVE_INFINITY;
      for (const site of await sites()) {
        openRows += await openRowsOf(home, site.id);
        const due = await dueDays({ home, clock: careful }, site);
        daysWaiting += due.length;
        oldestWaitingMs = Math.min(oldestWaitingMs, oldestOf(due));
        lastClosedMs = Math.max(lastClosedMs, await lastClosedOf(home, site.id));
      }
      return {
        ...{ openRows, daysWaiting },
        oldestWaitingMs: Number.isFinite(oldestWaitingMs) ? oldestWaitingMs : undefined,
        lastClosedMs: lastClosedMs === 0 ? undefined : lastClosedMs,
      };
    }),
    holdings: keptFor(lifeMs * holdingsTimes, clock, async () => {
      let [count, bytes] = [0, 0];
      const there =
        (await files()) === undefined ? await sizesOf(home).catch(() => undefined) : undefined;
      const missing: string[] = [];
      const short = new Map<string, readonly ShortDay[]>();
      for (const { id } of await sites()) {
        for (const month of await readMonths(home, id)) {
          const named = filesOfMonth(id, month);
          count += named.length;
          for (const file of named) {
            bytes += file.bytes;
            if (there !== undefined && there.get(file.name) !== file.bytes) missing.push(file.name);
          }
        }
        short.set(id, await shortDays(home, id));
      }
      return { files: count, bytes, missing: there && missing, short };
    }),
    files,
    async disk() {
      if (home.name !== 'machine') return undefined;
      try {
        const { bavail, blocks, bsize } = await statfs(home.files.folder);
        return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      } catch {
        return undefined;
      }
    },
  };
}

const sizesOf = async ({ files }: Home) =>
  new Map((await files.list('ledger/')).map(({ name, bytes }) => [name, bytes]));

const oldestOf = (due: readonly DueDay[]) =>
  Math.min(...due.filter(({ isNew }) => isNew).map(({ endedMs }) => endedMs));

/** By the books: what was stored of a day and not taken by the ledger. No row is counted. */
async function openRowsOf(home: Home, siteId: string): Promise<number> {
  const open = await listDays(home, siteId);
  if (open.length === 0) return 0;
  const closed = await closedDaysOf(home, siteId, open[0]);
  let rows = 0;
  for (const day of open) {
    const { stored = 0 } = await readCounts(home, siteId, day);
    rows += Math.max(0, stored - (closed.get(day)?.taken ?? 0));
  }
  return rows;
}

/** Of the newest month: what is closed again later is of an older day. */
async function lastClosedOf(home: Home, siteId: string): Promise<number> {
  const newest = (await readMonths(home, siteId)).at(-1);
  return Math.max(0, ...Object.values(newest?.content.days ?? {}).map((day) => day.closedMs));
}

/** Gives what `read` gave, for so long; whoever asks meanwhile waits for the same reading. */
function keptFor<T>(lifeMs: number, clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly atMs: number; readonly value: Promise<T> } | undefined;
  return () => {
    const nowMs = clock();
    if (last === undefined || Math.abs(nowMs - last.atMs) >= lifeMs) {
      const value = read();
      last = { atMs: nowMs, value };
      value.catch(() => (last = undefined));
    }
    return last.value;
  };
}
