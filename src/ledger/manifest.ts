import { type Home, type Range, scanAll } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { presentSchema } from '../model/fields.ts';

/**
 * What the ledger holds of a site, one row a month:
 *
 *   month/<site>   <yyyy-mm>   the closed days of that month and their files
 *
 * Files are only what a manifest names: any other is left over, and swept. A day whose files stand
 * nowhere has no hits (any more).
 */
export const monthPartition = (siteId: string) => `month/${siteId}`;

export const monthOf = (day: Day) => day.slice(0, 7);

/**
 *   hits, visits   one row each (`columns.ts`); gone if the day is pruned
 *   rollup         measures by day, dimension and value; none of small days (`lacksRollUps`)
 *   hours          totals by hour of the site's clock; so too
 *   month          of a merged month: the roll-up summed over its days
 *   late           keys of the late rows that a close has read: they are counted, and may still
 *                  have to be removed
 *   erased         hits that were erased and can still be taken back: no report reads them
 */
export const fileKinds = ['hits', 'visits', 'rollup', 'hours', 'month', 'late', 'erased'] as const;

export type FileKind = (typeof fileKinds)[number];

export type LedgerFile = { readonly bytes: number; readonly sha256: string; readonly rows: number };

/** Files written together. `version` is random: no name is ever used twice. */
export type FileSet = {
  readonly version: string;
  /** What its columns and dimensions are (`presentSchema` in `model/fields.ts`); absent: 1. */
  readonly schema?: number;
  /** Its pages are normalized (`lib/page-path.ts`); those of earlier versions are as they came. */
  readonly normalized?: true;
  readonly files: Readonly<Partial<Record<FileKind, LedgerFile>>>;
};

export type ClosedDay = {
  /** Its own files; where it has none, it is one of the days in the month's merged files. */
  readonly own?: FileSet;
  /** Hits, engagements included, and visits. */
  readonly hits: number;
  readonly visits: number;
  /**
   * All rows that closing ever read: `taken` = `hits` + `duplicates` + `erased` + `went`. Once the
   * books are settled, they say that so many were stored.
   */
  readonly taken: number;
  readonly duplicates: number;
  readonly erased: number;
  /**
   * Rows read from the day's own partitions of the journal that may still be there. If there are
   * more, the day has to be closed again.
   */
  readonly journalRows: number;
  readonly closedMs: number;
  /**
   * How often the site's erasures had changed when the day was closed (`changesOf` in
   * `journal/erasures.ts`): they have been applied.
   */
  readonly erasures?: number;
  /** The first instant when hits of its `erased` file are to be destroyed. */
  readonly erasedUntilMs?: number;
  /**
   * No longer kept: its hits and visits, or its roll-ups too. It is sealed: rows that still come
   * for it are not counted.
   */
  readonly pruned?: 'hits' | 'all';
  /**
   * Of a pruned day that can be taken back: until then its files have what they had, though no
   * report reads it.
   */
  readonly keptUntilMs?: number;
  /** Rows taken of a day that was pruned and then unsealed: it has begun again without them. */
  readonly went?: number;
  /** What was gone before, then. */
  readonly prunedBefore?: 'hits';
};

/**
 * Whether a set has hits and no roll-ups: its days are small, and reports read their hits. Roll-ups
 * are made before such hits are removed.
 */
export const lacksRollUps = (set: FileSet | undefined): boolean =>
  set?.files.hits !== undefined && set.files.rollup === undefined;

/** What its files no longer have of a day. */
export const goneOf = ({ pruned, keptUntilMs, prunedBefore }: ClosedDay) =>
  keptUntilMs === undefined ? pruned : prunedBefore;

export type Month = {
  /** Of the files' columns (`columns.ts`). */
  readonly schema: 1;
  readonly days: Readonly<Record<Day, ClosedDay>>;
  /** One set of files for those of its days that have none of their own. */
  readonly merged?: FileSet;
};

export const emptyMonth: Month = { schema: 1, days: {} };

/** A manifest row with the text it was read as: what `publishMonth` replaces. */
export type MonthRow = {
  readonly month: string;
  readonly text: string | undefined;
  readonly content: Month;
};

type Source = Pick<Home, 'rows'>;

/**
 * A manifest row's text. Throws fault `damaged` where it is none, or where a newer Daybook has
 * written it: what this one does not know would get lost.
 */
export function parseMonth(month: string, text: string): Month {
  let content: Month | null;
  try {
    content = JSON.parse(text) as Month | null;
  } catch {
    content = null;
  }
  if (typeof content?.days !== 'object' || content.days === null)
    throw new DaybookError('damaged', `the row that names the files of ${month} is damaged`);
  const sets = [content.merged, ...Object.values(content.days).map(({ own }) => own)];
  const newest = Math.max(content.schema, ...sets.map((set) => set?.schema ?? 1));
  if (newest <= presentSchema) return content;
  throw new DaybookError(
    'damaged',
    `the files of ${month} were written by a newer Daybook: expected schema ${presentSchema} ` +
      `at the most, got ${newest}`,
  );
}

export async function readMonth(
  { rows }: Source,
  siteId: string,
  month: string,
): Promise<MonthRow> {
  const text = await rows.get(monthPartition(siteId), month);
  return { month, text, content: text === undefined ? emptyMonth : parseMonth(month, text) };
}

/** All months of a site that have closed days, ascending; `range` is of months. */
export async function readMonths(
  { rows }: Source,
  siteId: string,
  range: Range = {},
): Promise<MonthRow[]> {
  const months: MonthRow[] = [];
  for await (const { sort, value } of scanAll(rows, monthPartition(siteId), range))
    months.push({ month: sort, text: value, content: parseMonth(sort, value) });
  return months;
}

/** What the ledger says of the days it has, from the month of `from` on. */
export async function closedDaysOf(
  home: Pick<Home, 'rows'>,
  siteId: string,
  from?: Day,
): Promise<ReadonlyMap<Day, ClosedDay>> {
  const months = await readMonths(home, siteId, from === undefined ? {} : { from: monthOf(from) });
  return new Map(months.flatMap(({ content }) => Object.entries(content.days)));
}

/**
 * Replaces the row that was read by `content`. Gives false if somebody else has changed it since.
 * After a put whose outcome is unclear the row is read: if it is ours, the put was done.
 */
export async function publishMonth(
  { rows }: Source,
  siteId: string,
  { month, text }: MonthRow,
  content: Month,
): Promise<boolean> {
  const row = { partition: monthPartition(siteId), sort: month, value: JSON.stringify(content) };
  try {
    return await rows.putIf(row, text);
  } catch (error) {
    if ((await rows.get(row.partition, row.sort)) === row.value) return true;
    throw error;
  }
}

/** A set of files that are written now. */
export const newSet = (version: string, files: FileSet['files']): FileSet => ({
  ...{ version, normalized: true, files },
  ...(presentSchema > 1 && { schema: presentSchema }),
});

/** The folder of a set of files, of a day or of a month's merged ones. */
export const folderOf = (siteId: string, dayOrMonth: string, version: string) =>
  `ledger/${siteId}/${dayOrMonth}/${version}`;

/** What names the files of a set: of a site's day or month, in a version of its own. */
export type SetName = {
  readonly siteId: string;
  readonly dayOrMonth: string;
  readonly version: string;
};

export const fileName = (siteId: string, dayOrMonth: string, version: string, kind: FileKind) =>
  `${folderOf(siteId, dayOrMonth, version)}/${kind}.parquet`;

/** A file that a manifest names. */
export type NamedFile = LedgerFile & {
  readonly name: string;
  readonly kind: FileKind;
  readonly schema: number;
  readonly normalized: boolean;
};

const namedFile = (
  kind: FileKind,
  file: LedgerFile,
  { siteId, dayOrMonth }: Omit<SetName, 'version'>,
  { version, schema = 1, normalized }: FileSet,
): NamedFile => ({
  ...{ ...file, kind, name: fileName(siteId, dayOrMonth, version, kind), schema },
  normalized: normalized === true,
});

/** Every file that a month's row names. */
export function filesOfMonth(siteId: string, { month, content }: MonthRow): NamedFile[] {
  const sets: [string, FileSet][] = Object.entries(content.days).flatMap(([day, { own }]) =>
    own === undefined ? [] : [[day, own] as [string, FileSet]],
  );
  if (content.merged !== undefined) sets.push([month, content.merged]);
  return sets.flatMap(([of, set]) => filesOfSet(siteId, of, set));
}

export function filesOfSet(siteId: string, dayOrMonth: string, set: FileSet): NamedFile[] {
  return fileKinds.flatMap((kind) => {
    const file = set.files[kind];
    return file === undefined ? [] : [namedFile(kind, file, { siteId, dayOrMonth }, set)];
  });
}

/**
 * The file of that kind that may contain a closed day: of the day's own set, else of the month's.
 * Whether the day is pruned is for the caller to ask: a merged file holds other days too.
 */
export function fileOfDay(
  siteId: string,
  { month, content }: MonthRow,
  day: Day,
  kind: FileKind,
): NamedFile | undefined {
  const closed = content.days[day];
  if (closed === undefined) return undefined;
  const { own } = closed;
  const set = own ?? content.merged;
  const file = set?.files[kind];
  if (set === undefined || file === undefined) return undefined;
  return namedFile(kind, file, { siteId, dayOrMonth: own === undefined ? month : day }, set);
}

/**
 * Days of a month whose rows in the merged files are outdated, or are of pruned days that can still
 * be taken back: no report reads them.
 */
export const hiddenDays = ({ content }: MonthRow, kind: FileKind): Day[] =>
  Object.entries(content.days).flatMap(([day, { own, pruned, keptUntilMs }]) => {
    const isSum = kind !== 'hits' && kind !== 'visits';
    const isHidden = keptUntilMs !== undefined && (!isSum || pruned === 'all');
    return own !== undefined || isHidden ? [day] : [];
  });

/** Whether a closed day has the files that it had, and as much of them is pruned. */
export const isSameDay = (now: ClosedDay, before: ClosedDay): boolean =>
  now.own?.version === before.own?.version &&
  now.pruned === before.pruned &&
  now.keptUntilMs === before.keptUntilMs;

/** A pruned day that cannot be taken back any more. */
export function destroyed(day: ClosedDay, gone: 'hits' | 'all'): ClosedDay {
  const { keptUntilMs: _, prunedBefore: __, ...rest } = day;
  return { ...rest, pruned: gone };
}
