import { parquet } from '../close/save-files.ts';
import type { Tables } from '../journal/mount-tables.ts';
import { asInFile, hitsFromFile, visitsFromFile } from '../ledger/tables.ts';
import type { Day } from '../lib/site-days.ts';
import { fileOf, type HeldDays, replacedDays } from './held-days.ts';
import { noTables } from './sql.ts';

type Kind = 'hits' | 'visits';
const fromFile = { hits: hitsFromFile, visits: visitsFromFile };

/**
 * What reads the hits and visits of closed days in the ledger's files, in place of tables. The files may hold other days too;
 * what a merged file has of a day with newer files of its own is left out.
 */
export function fileTables(
  siteId: string,
  days: readonly Day[],
  held: HeldDays,
  pathOf: (name: string) => string,
): Tables {
  const tableOf = (kind: Kind) => {
    const current: string[] = [];
    const parts: string[] = [];
    for (const [name, outdated] of filesOf(siteId, days, held, kind)) {
      if (outdated.length === 0) current.push(pathOf(name));
      else parts.push(`${read(kind, [pathOf(name)])} WHERE day NOT IN (${outdated.map(dateOf).join(', ')})`);
    }
    if (current.length > 0) parts.unshift(read(kind, current));
    return parts.length === 0 ? noTables[kind] : `(${parts.join(' UNION ALL ')})`;
  };
  return { hits: tableOf('hits'), visits: tableOf('visits') };
}

const read = (kind: Kind, paths: readonly string[]) => fromFile[kind](parquet(paths), asInFile);
const dateOf = (day: Day) => `DATE '${day}'`;

/** The files of that kind that hold the days, each with the days of which it is outdated. */
export function filesOf(
  siteId: string,
  days: readonly Day[],
  { closed }: HeldDays,
  kind: Kind,
): ReadonlyMap<string, readonly Day[]> {
  const files = new Map<string, readonly Day[]>();
  for (const day of days) {
    const held = closed.get(day);
    const name = held && fileOf(siteId, day, held, kind);
    if (held === undefined || name === undefined || files.has(name)) continue;
    files.set(name, held.closed.own === undefined ? replacedDays(held.month) : []);
  }
  return files;
}
