import { toSigned } from '../duck/parquet.ts';
import { hitsFromFile, visitsFromFile } from '../ledger/columns.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { fileOfDay, filesOfSet, type NamedFile } from '../ledger/manifest.ts';
import type { OpenedFiles } from '../ledger/open-files.ts';
import { packPartition } from '../ledger/packs.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { besides, type Tables } from '../visits/tables.ts';
import type { Base, HeldDays } from './held-days.ts';
import type { DayFiles } from './mounts/mounts.ts';
import type { Days } from './open-days.ts';

type OpenPack = {
  readonly siteId: string;
  readonly day: Day;
  readonly version: string;
  readonly files: readonly NamedFile[];
};

/** The packs that are read, with all of their files. */
export function packsOf(siteId: string, mounted: readonly Day[], { bases }: HeldDays): OpenPack[] {
  return mounted.flatMap((day) => {
    const base = bases.get(day);
    if (base?.set === undefined || base.untilMs === undefined) return [];
    const { version } = base.set;
    return [{ siteId, day, version, files: filesOfSet(siteId, day, base.set) }];
  });
}

/**
 * Opens packs. One that is damaged or gone is done without, since its rows are there; so that it is
 * made again, nothing names it any more. Undefined where there is such a one.
 */
export async function openPacks(
  { home, files: ledgerFiles, lost }: Pick<Days, 'home' | 'files' | 'lost'>,
  packs: readonly OpenPack[],
  checkAgain = false,
): Promise<readonly OpenedFiles[] | undefined> {
  const opened: OpenedFiles[] = [];
  let isLost = false;
  for (const { siteId, day, version, files } of packs) {
    try {
      opened.push(await ledgerFiles.open(files, checkAgain));
    } catch (error) {
      const ofFile =
        error instanceof DaybookError && ['damaged', 'not-found'].includes(error.fault);
      if (!ofFile) {
        for (const pack of opened) pack.release();
        throw error;
      }
      isLost = true;
      lost.add(version);
      await home.rows.remove([{ partition: packPartition(siteId), sort: day }]).catch(() => {});
    }
  }
  if (!isLost) return opened;
  for (const pack of opened) pack.release();
  return undefined;
}

/** Of an amended day, what its visitors' hits and visits are read from. */
export function baseFiles(siteId: string, day: Day, base: Base | undefined): NamedFile[] {
  if (base === undefined) return [];
  return (['hits', 'visits'] as const).map((kind) => fileOfDay(siteId, base.month, day, kind)!);
}

const fromFile = { hits: hitsFromFile, visits: visitsFromFile };

/** What is mounted of a base: what the visitors have there that newer rows are of. */
export function besideFiles(
  siteId: string,
  day: Day,
  base: Base,
  pathOf: (name: string) => string,
): Omit<DayFiles, 'isClosed'> {
  const [hits, visits] = baseFiles(siteId, day, base) as [NamedFile, NamedFile];
  const rows = (kind: 'hits' | 'visits', file: NamedFile) => (which: string) =>
    fromFile[kind](
      `(FROM ${fileRows(kind, [file], pathOf)} WHERE day = DATE '${day}' AND ${which})`,
    );
  const from = { hits: rows('hits', hits), visits: rows('visits', visits) };
  return { version: `beside ${hits.name}`, from, untilMs: base.untilMs };
}

/** What files have of amended days but of the mounted visitors, and what is mounted. */
export function amendedTables(
  files: Tables,
  mounted: Tables,
  kinds: readonly ('hits' | 'visits')[],
): Tables {
  const { touched } = besides(mounted);
  const without = (from: string) =>
    `SELECT f.* FROM ${from} AS f
      ANTI JOIN ${touched} AS t ON t.day = f.day AND t.signed = f.visitor`;
  const among = (table: string, ...ids: string[]) => {
    const signed = ids.map((id) => `${toSigned(id)} AS ${id}`).join(', ');
    return `SELECT * REPLACE (${signed}) FROM ${table}`;
  };
  const tableOf = (kind: 'hits' | 'visits', ...ids: string[]) =>
    kinds.includes(kind)
      ? `(${without(files[kind])} UNION ALL BY NAME ${among(mounted[kind], ...ids)})`
      : files[kind];
  return {
    hits: tableOf('hits', 'id', 'visitor'),
    visits: tableOf('visits', 'visitor', 'entry'),
  };
}
