import type { Retention } from '../account/retention.ts';
import type { Duck } from '../duck/duck.ts';
import type { Home, Key, Row } from '../home/home.ts';
import type { FileSet } from '../ledger/manifest.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { FaultPoint } from '../model/fault-points.ts';

/**
 * What closing works with. `duck` may read and write `home.files.folder`, and serves nobody else
 * meanwhile.
 */
export type CloseWorld = {
  readonly home: Pick<
    Home,
    'rows' | 'files' | 'shards' | 'writers' | 'rowsExpireAfterMs' | 'countsStored' | 'claim'
  >;
  readonly duck: Duck;
  /** A folder that `duck` may read, for what is gone again when the work is done or was cut. */
  readonly scratch: string;
  /** Throws fault `unavailable` where the disk has not so many bytes to spare: hits come first. */
  readonly checkRoom: (bytes: number) => void;
  /** A day with fewer rows is not packed; by default `fewestPacked`. */
  readonly packsFrom?: number;
  /** Where other days are closed at the same time. */
  readonly beside?: Beside;
  /** A day with fewer hits is made of all its hits; by default `fewestAmended`. */
  readonly amendsFrom?: number;
  /** A day, and a merged month, with more hits has roll-ups; by default `mostUnrolled`. */
  readonly rollsOver?: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Called between any two steps, for tests that end the process there. */
  readonly faultPoint?: (point: FaultPoint) => void | Promise<void>;
};

/** A day with few rows, that has nothing in the ledger yet, and of which nothing is erased. */
export type SmallDay = {
  readonly siteId: string;
  readonly day: Day;
  readonly zones: readonly ZoneSpan[];
  readonly rows: readonly Row[];
  readonly late: readonly Key[];
};

/** What a day that is closed beside others may ask for. */
export type Beside = {
  /**
   * The files of a small day, made with those of the others. Undefined where it has to be made
   * alone; so it is also if making them together failed, so that each failure is of one day.
   */
  together(day: SmallDay): Promise<FileSet | undefined>;
  /** Runs what computes for one day, when no other does: a large day takes much memory. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export type DayOfSite = { readonly siteId: string; readonly day: Day };

export type ClosingSite = Retention & { readonly id: string };

/**
 * A file that does not hold what was written, or a day that does not add up: nothing was published.
 */
export type Mismatch = {
  readonly day: Day;
  readonly file: string;
  readonly expected: string;
  readonly got: string;
};

/**
 * Of a small day, roll-ups take longer to make, and more room, than its hits take to be read. So
 * they are made where a day has more hits, or when it is merged with others that have more in all.
 * `docs/internals/close.md` has the figures.
 */
export const mostUnrolled = { day: 1_000, month: 5_000 } as const;

export const newVersion = (random: Random) => random(8).toString('hex');
