import { asInFile, hitsFromFile, visitsFromFile } from '../ledger/columns.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { type FileKind, fileOfDay, hiddenDays, type NamedFile } from '../ledger/manifest.ts';
import type { HeldRolls } from '../ledger/rolled-rows.ts';
import type { Day } from '../lib/site-days.ts';
import { noTables, type Tables } from '../visits/tables.ts';
import type { ClosedHere, HeldDays } from './held-days.ts';

const fromFile = { hits: hitsFromFile, visits: visitsFromFile };

/** Files that were opened: of these kinds alone. */
type Readable = {
  readonly pathOf: (name: string) => string;
  readonly kinds: readonly ('hits' | 'visits')[];
};

/**
 * What reads the hits and visits of closed days in the ledger's files, in place of tables. The
 * files may hold other days too; what a merged file has of a day with newer files of its own is
 * left out.
 */
export function fileTables(
  siteId: string,
  days: readonly Day[],
  held: Pick<HeldDays, 'closed'>,
  { pathOf, kinds }: Readable,
): Tables {
  const tableOf = (kind: 'hits' | 'visits') => {
    if (!kinds.includes(kind)) return noTables[kind];
    const files = filesOf(siteId, days, held, kind);
    const read = (some: readonly NamedFile[]) =>
      fromFile[kind](fileRows(kind, some, pathOf), asInFile);
    return files.size === 0 ? noTables[kind] : currentSql(files, read);
  };
  return { hits: tableOf('hits'), visits: tableOf('visits') };
}

/** The same rows as the files have them; undefined where no file has any. */
export function ledgerRows(
  siteId: string,
  days: readonly Day[],
  held: Pick<HeldDays, 'closed'>,
  { kind, pathOf }: { readonly kind: 'hits' | 'visits'; readonly pathOf: Readable['pathOf'] },
): string | undefined {
  const files = filesOf(siteId, days, held, kind);
  if (files.size === 0) return undefined;
  // Files of earlier schemas have their columns in another order.
  const read = (some: readonly NamedFile[]) => `SELECT * FROM ${fileRows(kind, some, pathOf)}`;
  return currentSql(files, read, 'UNION ALL BY NAME');
}

/** The rows of roll-ups of closed days, in place of a table. */
export function rolledTable(
  siteId: string,
  days: readonly Day[],
  held: Pick<HeldDays, 'closed'>,
  { by, from }: { readonly by: string; readonly from: HeldRolls['from'] },
): string {
  const files = filesOf(siteId, days, held, by === 'time:hour' ? 'hours' : 'rollup');
  return currentSql(
    files,
    (some) =>
      `SELECT * FROM ${from(
        some.map(({ name }) => name),
        by,
      )}`,
  );
}

/** All rows of the files but those that are outdated. */
function currentSql(
  files: FilesOf,
  read: (files: readonly NamedFile[]) => string,
  union = 'UNION ALL',
): string {
  const current = [...files]
    .filter(([, { outdated }]) => outdated.length === 0)
    .map(([, { file }]) => file);
  const parts = [...files].flatMap(([, { file, outdated }]) =>
    outdated.length === 0
      ? []
      : [`${read([file])} WHERE day NOT IN (${outdated.map(dateOf).join(', ')})`],
  );
  if (current.length > 0 || parts.length === 0) parts.unshift(read(current));
  return `(${parts.join(` ${union} `)})`;
}

const dateOf = (day: Day) => `DATE '${day}'`;

/** By name; `outdated` are the days of which there are newer files, or which are pruned. */
export type FilesOf = ReadonlyMap<
  string,
  { readonly file: NamedFile; readonly outdated: readonly Day[] }
>;

/** The files of that kind that hold the days. */
export function filesOf(
  siteId: string,
  days: readonly Day[],
  { closed }: Pick<HeldDays, 'closed'>,
  kind: FileKind,
): FilesOf {
  const files = new Map<string, { readonly file: NamedFile; readonly outdated: readonly Day[] }>();
  const seen = new Set<ClosedHere['set']>(); // a merged one is that of many days
  for (const day of days) {
    const held = closed.get(day);
    if (held === undefined || seen.has(held.set)) continue;
    seen.add(held.set);
    const file = fileOfDay(siteId, held.month, day, kind);
    if (file === undefined) continue;
    const outdated = held.closed.own === undefined ? hiddenDays(held.month, kind) : [];
    files.set(file.name, { file, outdated });
  }
  return files;
}
