import { shortDays } from '../days/books.ts';
import { parquet } from '../duck/parquet.ts';
import { openChecked } from '../ledger/checked-file.ts';
import {
  type FileKind,
  filesOfMonth,
  goneOf,
  type MonthRow,
  type NamedFile,
  readMonths,
} from '../ledger/manifest.ts';
import { messageOf } from '../lib/errors.ts';
import { computeTimeoutMs } from '../model/times.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/** Something that is not as the manifest or the books say. `at` is a file, or a day. */
export type Wrong = { readonly at: string; readonly problem: string };

export type Verified = {
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
  readonly wrong: readonly Wrong[];
};

type World = Pick<CloseWorld, 'home' | 'duck'>;

/**
 * Compares every file of a site with its manifest (there, size, SHA-256, rows), the rows of each
 * day with what was counted when it was closed, and the books with both. Reads every file whole.
 */
export async function verifySite(world: World, site: ClosingSite): Promise<Verified> {
  const wrong: Wrong[] = [];
  let [files, bytes, days] = [0, 0, 0];
  for (const row of await readMonths(world.home, site.id)) {
    const named = filesOfMonth(site.id, row);
    for (const file of named) {
      const problem = await problemOf(world, site.id, row, file);
      if (problem !== undefined) wrong.push(problem);
      bytes += file.bytes;
    }
    files += named.length;
    days += Object.keys(row.content.days).length;
    wrong.push(...unbalanced(row));
  }
  // A file that was replaced meanwhile is no longer named: it need not be there.
  const now = new Set<string>();
  for (const row of await readMonths(world.home, site.id))
    for (const { name } of filesOfMonth(site.id, row)) now.add(name);
  const standing = wrong.filter(({ at }) => !at.endsWith('.parquet') || now.has(at));
  return { files, bytes, days, wrong: [...standing, ...(await wrongBooks(world, site))] };
}

async function problemOf(
  { home, duck }: World,
  siteId: string,
  row: MonthRow,
  file: NamedFile,
): Promise<Wrong | undefined> {
  const wrong = (problem: string): Wrong => ({ at: file.name, problem });
  try {
    const local = await openChecked(home.files, file);
    try {
      const counted = await duck.read(
        (session) => session.rows(rowsSql(file.kind, local.path)),
        computeTimeoutMs,
      );
      const rows = counted.reduce((sum, [, n]) => sum + Number(n), 0);
      if (rows !== file.rows) return wrong(`expected ${file.rows} rows, got ${rows}`);
      const off =
        file.kind === 'hits' || file.kind === 'visits'
          ? offDay(siteId, row, file, counted)
          : undefined;
      return off === undefined ? undefined : wrong(off);
    } finally {
      local.release();
    }
  } catch (error) {
    return wrong(messageOf(error).replace(`${file.name} is damaged: `, ''));
  }
}

/** Rows by day, where they have one. */
const rowsSql = (kind: FileKind, path: string) => {
  const day = kind === 'late' || kind === 'month' ? `''` : 'day::VARCHAR';
  return `/* verify.rows */ SELECT ${day}, count(*) FROM ${parquet([path])} GROUP BY ALL`;
};

/**
 * A day that has other numbers than when it was closed; in a month's file, of those days that have
 * no other.
 */
function offDay(
  siteId: string,
  { month, content }: MonthRow,
  { name, kind }: NamedFile,
  counted: readonly (readonly unknown[])[],
): string | undefined {
  const rows = new Map(counted.map(([day, n]) => [String(day), Number(n)]));
  const isMonth = name.startsWith(`ledger/${siteId}/${month}/`);
  for (const [day, closed] of Object.entries(content.days)) {
    const isHere = isMonth ? closed.own === undefined : name.startsWith(`ledger/${siteId}/${day}/`);
    const expected = goneOf(closed) === undefined ? closed[kind as 'hits' | 'visits'] : 0;
    if (isHere && (rows.get(day) ?? 0) !== expected)
      return `expected ${expected} rows of ${day}, got ${rows.get(day) ?? 0}`;
  }
  return undefined;
}

/** Days whose own counts do not add up. */
function unbalanced({ content }: MonthRow): Wrong[] {
  return Object.entries(content.days).flatMap(
    ([day, { taken, hits, duplicates, erased, went = 0 }]) =>
      taken === hits + duplicates + erased + went && duplicates >= 0 && erased >= 0
        ? []
        : [
            {
              at: day,
              problem:
                `expected ${taken} rows taken, got ${hits} hits, ` +
                `${duplicates} duplicates, ${erased} erased`,
            },
          ],
  );
}

async function wrongBooks({ home }: World, { id }: ClosingSite): Promise<Wrong[]> {
  return (await shortDays(home, id, { isOpenToo: true })).map(({ day, stored, rows }) => ({
    at: day,
    problem: `the books have ${stored} hits stored, the ledger and the journal ${rows}`,
  }));
}
