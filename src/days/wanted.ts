import type { Day } from '../lib/site-days.ts';
import type { Relations } from '../visits/tables.ts';

/**
 * Where a day is read: from the ledger's files, from its roll-ups alone, nowhere; else from where
 * it is mounted.
 */
export type DaySource = 'files' | 'rolled' | 'gone';

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
