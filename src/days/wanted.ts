import type { Day } from '../lib/site-days.ts';
import type { Relations } from '../visits/tables.ts';

/**
 * Where a day is read; without it, from where it is mounted.
 *
 *   files     the ledger's files
 *   rolled    its roll-ups alone: its hits are no longer kept
 *   gone      nowhere: neither are kept
 *   amended   files, and for the visitors that have newer rows, where these are mounted. Of its
 *             roll-ups, and so of what is not by visitor, the files alone
 *   before    what an amended day's files have of those visitors: what roll-ups count too much
 */
export type DaySource = 'files' | 'rolled' | 'gone' | 'amended' | 'before';

/** Rows of days, all of one source, that somebody asks for. */
export type Wanted = {
  readonly relation: string;
  readonly days: readonly { readonly day: Day; readonly source?: DaySource }[];
  /** What its rows of roll-ups are by. */
  readonly rolled?: string;
  /** Files of visits need not be opened. */
  readonly hitsOnly?: true;
};

/** The tables that hold the days that are wanted. */
export type TablesOf = (wanted: Wanted) => Relations;

/** What was opened of the days that are wanted. */
export type Opened = {
  readonly tables: TablesOf;
  /** Of a file of the ledger that they are read from, by its name. */
  pathOf(name: string): string;
};
