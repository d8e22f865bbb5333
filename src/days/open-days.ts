import { type Duck, queryTimeoutMs } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import type { Settled } from '../journal/arrivals.ts';
import { type Months, openMonths } from '../ledger/months.ts';
import { type LedgerFiles, openLedgerFiles } from '../ledger/open-files.ts';
import { openRolledRows, type RolledRows } from '../ledger/rolled-rows.ts';
import type { Clock } from '../lib/clock.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { type Mounts, openMounts } from './mounts/mounts.ts';

export type DaysOptions = {
  readonly home: Pick<Home, 'rows' | 'shards' | 'files'>;
  readonly clock: Clock;
  /** Milliseconds that only go forward, for limits of time. Without it, `clock`. */
  readonly monotonicMs?: Clock;
  readonly settled?: (() => Settled) | undefined;
  /** Of DuckDB altogether. */
  readonly memoryBytes: number;
  /** Hits that are counted at once; by default, what that memory has room for. */
  readonly hitsAtOnce?: number;
  /** A reading that takes longer is refused with fault `unavailable`. */
  readonly timeoutMs?: number;
};

/** The days of all sites, open and closed, as one process reads them. */
export type Days = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  readonly monotonicMs: Clock;
  readonly timeoutMs: number;
  /** Where days have more together, so many are counted at once, or a single day. */
  readonly hitsAtOnce: number;
  /** Who reads them; nobody in particular by default. */
  readonly reader?: Reader;
  readonly files: LedgerFiles;
  readonly months: Months;
  /** Without it, nothing is read from roll-ups. */
  readonly rolls?: RolledRows;
  readonly mounts: Mounts;
  /** Versions of packs that are damaged or gone. */
  readonly lost: Set<string>;
};

/** Readers of other sites or names take turns. */
export type Reader = {
  readonly name: string;
  /** Whom its limit of time is for, as an error says it. */
  readonly limitOf?: string;
  /** Ends the reading, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what still goes on when a reading has ended. */
  readonly lingers?: ((work: Promise<unknown>) => void) | undefined;
};

/** The share of the memory that mounted days may hold while nobody uses them. */
const mountShare = 0.5;

/** The share that roll-ups may hold. The rest is for computing. */
const rolledShare = 0.15;

const rolledRowBytes = 60;

/**
 * Hits that are counted at once. A copied one takes up to 200 bytes, and as much to be counted;
 * more at once take no less time.
 */
const hitsWithin = (memoryBytes: number) => Math.min(2_000_000, memoryBytes / 500);

export async function openDays(duck: Duck, options: DaysOptions): Promise<Days> {
  const { home, clock, monotonicMs = clock, settled, memoryBytes } = options;
  const files = openLedgerFiles(home.files);
  return {
    ...{ home, duck, clock, monotonicMs, files, lost: new Set<string>() },
    timeoutMs: options.timeoutMs ?? queryTimeoutMs,
    hitsAtOnce: options.hitsAtOnce ?? hitsWithin(memoryBytes),
    months: openMonths(home),
    rolls: await openRolledRows(files, duck, (memoryBytes * rolledShare) / rolledRowBytes),
    mounts: openMounts({ home, duck, clock, settled, budgetBytes: memoryBytes * mountShare }),
  };
}

/**
 * Days without roll-ups, for readers of hits as exports are: one day at a time is mounted, in at
 * most `budgetBytes`.
 */
export function openDayHits(options: {
  readonly home: Pick<Home, 'rows' | 'shards' | 'files'>;
  readonly duck: Duck;
  readonly clock: Clock;
  readonly budgetBytes: number;
}): Days {
  const { home, duck, clock } = options;
  return {
    ...{ home, duck, clock, monotonicMs: clock, timeoutMs: computeTimeoutMs, lost: new Set() },
    hitsAtOnce: hitsWithin(options.budgetBytes),
    ...{ files: openLedgerFiles(home.files), months: openMonths(home) },
    mounts: openMounts(options),
  };
}
