import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../duck/duck.ts';
import { parquet, quoted, smallParquetOptions } from '../duck/parquet.ts';
import type { LocalFile } from '../home/home.ts';
import { orderOf } from '../journal/keys.ts';
import { dayContents, prepareDays } from '../ledger/day-contents.ts';
import {
  type FileKind,
  type FileSet,
  fileName,
  type LedgerFile,
  newSet,
  type SetName,
} from '../ledger/manifest.ts';
import { removeUnpublished } from '../ledger/publish.ts';
import { type Content, unlike } from '../ledger/save-files.ts';
import { addDays } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { beginLoad, expandLines, type LoadedDay, lineOf } from '../visits/load.ts';
import { cutAlone } from '../visits/merge.ts';
import { lateContents } from './late-keys.ts';
import { type CloseWorld, newVersion, type SmallDay } from './world.ts';

/** Files that are copied and synced at once. */
const savedAtOnce = 8;

/** About what the files of a small day take. */
const bytesADay = 64 * 1024;

/** Days of several sites are told apart by days of their own, which no file has. */
const firstKey = '1970-01-01';

/** A kind of file of all the days: of which day a row is says `part`. */
type Shared = { readonly kind: FileKind; readonly content: Content; readonly select: string };

/**
 * Makes the files of many small days, of whatever sites, as `computeFiles` makes those of one (they
 * have no roll-ups): each statement is planned once for all of them, which takes longer than their
 * rows do. One statement writes all files of a kind. Gives the sets in the order of the days;
 * undefined for a day that has to be made alone: some kind of file would have no row.
 */
export async function computeTogether(
  world: CloseWorld,
  days: readonly SmallDay[],
): Promise<(FileSet | undefined)[]> {
  const { duck, random, scratch, faultPoint = () => {} } = world;
  const folder = join(scratch, newVersion(random));
  const names = days.map(
    ({ siteId, day }): SetName => ({ siteId, dayOrMonth: day, version: newVersion(random) }),
  );
  const eachDay = async (step: 'read' | 'saved' | 'verified') => {
    for (const _ of days) await faultPoint(`close.${step}`);
  };
  const compute = async (session: Session) => {
    await stageTogether(world, session, { folder, days, loaded: keyed(days) });
    await eachDay('read');
    const all = await contentsOf(session, days);
    const made = await sumsOf(session, all);
    for (const { content, select } of all) await writeAll(session, folder, content, select);
    const saved = await saveAll(world, folder, names, made);
    await eachDay('saved');
    return verifyAll(world, session, { all, names, made, saved });
  };
  try {
    const sets = await duck.step(compute, computeTimeoutMs);
    await eachDay('verified');
    return sets;
  } catch (error) {
    for (const name of names) await removeUnpublished(world, name).catch(() => {});
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const keyed = (days: readonly SmallDay[]): LoadedDay[] =>
  days.map(({ zones, day }, part) => ({
    ...{ day, spans: offsetSpans(zones, day), key: addDays(firstKey, part) },
  }));

/** Rows of days into `fresh` (`visits/tables.ts`); `folder` is made, and not removed. */
export async function stageTogether(
  { checkRoom }: CloseWorld,
  session: Session,
  {
    folder,
    days,
    loaded,
  }: {
    readonly folder: string;
    readonly days: readonly SmallDay[];
    /** The same days. */
    readonly loaded: readonly LoadedDay[];
  },
): Promise<void> {
  await beginLoad(session, loaded);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'rows.ndjson');
  const lines = days.flatMap(({ rows }, part) =>
    rows.map((row) => lineOf(orderOf(row).slice(0, 13), row.value, part)),
  );
  const text = lines.join('');
  checkRoom(text.length + days.length * bytesADay);
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  // In UTF-8 a unit of UTF-16 takes three bytes at the most.
  const longest = 3 * lines.reduce((most, { length }) => Math.max(most, length), 0);
  await expandLines(session, path, longest);
}

async function contentsOf(session: Session, days: readonly SmallDay[]): Promise<Shared[]> {
  const loaded = keyed(days);
  const tables = await cutAlone(session);
  await prepareDays(session, tables, loaded);
  const values = loaded.map(({ key, day }, part) => `(DATE '${key}', DATE '${day}', ${part})`);
  await session.rows(`/* close.together */ CREATE TEMP TABLE together AS
    SELECT * FROM (VALUES ${values.join(', ')}) AS o (key, day, part)`);
  const late = await lateContents(
    session,
    days.map(({ late }) => late),
  );
  return [
    ...dayContents(tables, true).map((content) => ({
      kind: content.kind,
      content,
      select: ofAll(content),
    })),
    ...late.map((content) => ({
      ...{ kind: content.kind, content },
      select: '/* close.late */ SELECT received, id, n AS part FROM late',
    })),
  ];
}

/** The rows of a content with the days that they are of. */
const ofAll = ({ select }: Content) => `SELECT t.* REPLACE (own.day AS day), own.part
  FROM (${select}) AS t JOIN together AS own ON own.key = t.day`;

/** Into `folder/kind/part=0/data_0.parquet` and so on. */
async function writeAll(
  session: Session,
  folder: string,
  content: Content,
  select: string,
): Promise<void> {
  const { kind, order, options = smallParquetOptions } = content;
  const [columns, by] = kind === 'late' ? ['*', order] : ['* EXCLUDE (place)', 'place'];
  await session.rows(`COPY (SELECT ${columns} FROM (${select}) ORDER BY part, ${by})
    TO ${quoted(join(folder, kind))}
    (${options}, PARTITION_BY (part), WRITE_PARTITION_COLUMNS false)`);
}

/** By kind and part: how many rows there are, and their sums. */
type Sums = ReadonlyMap<FileKind, ReadonlyMap<number, string>>;

/** What each file is made of, counted before it is written. */
async function sumsOf(session: Session, all: readonly Shared[]): Promise<Sums> {
  const sums = new Map<FileKind, ReadonlyMap<number, string>>();
  for (const { kind, content, select } of all) {
    const rows = await session.rows(
      `/* close.made */ SELECT part, ${content.check} FROM (${select}) AS t GROUP BY part`,
    );
    sums.set(kind, new Map(rows.map(([part, ...sum]) => [Number(part), sum.join()])));
  }
  return sums;
}

const whole = ['hits', 'visits'] as const;

type Saved = Readonly<Partial<Record<FileKind, LedgerFile>>> | undefined;

/** Saves the files of each day that has all kinds. */
async function saveAll(
  { home }: CloseWorld,
  folder: string,
  names: readonly SetName[],
  made: Sums,
): Promise<Saved[]> {
  const kinds = [...made.keys()];
  const saved: (Partial<Record<FileKind, LedgerFile>> | undefined)[] = names.map((_, part) =>
    whole.every((kind) => made.get(kind)?.has(part)) ? {} : undefined,
  );
  const toSave = kinds.flatMap((kind) =>
    names.flatMap((name, part) =>
      saved[part] !== undefined && made.get(kind)!.has(part) ? [{ kind, name, part }] : [],
    ),
  );
  const lanes = Array.from({ length: savedAtOnce }, async () => {
    for (let one = toSave.pop(); one !== undefined; one = toSave.pop()) {
      const { kind, name, part } = one;
      const { siteId, dayOrMonth, version } = name;
      const from = join(folder, kind, `part=${part}`, 'data_0.parquet');
      // Moved where that can be: both are among the unfinished files, or in temporary folders.
      const file = await home.files.save(fileName(siteId, dayOrMonth, version, kind), (path) =>
        rename(from, path).catch(() => copyFile(from, path)),
      );
      const rows = Number(made.get(kind)!.get(part)!.split(',')[0]);
      saved[part]![kind] = { ...file, rows };
    }
  });
  // When this ends, nothing may still be written.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  return saved;
}

type ToVerify = {
  readonly all: readonly Shared[];
  readonly names: readonly SetName[];
  readonly made: Sums;
  readonly saved: readonly Saved[];
};

/** As `verifyFiles`, all files of a kind by one statement. */
async function verifyAll(
  { home }: CloseWorld,
  session: Session,
  { all, names, made, saved }: ToVerify,
): Promise<(FileSet | undefined)[]> {
  for (const { kind, content } of all) {
    const opened: { readonly file: LocalFile; readonly name: string; readonly part: number }[] = [];
    try {
      for (const [part, { siteId, dayOrMonth, version }] of names.entries()) {
        if (saved[part]?.[kind] === undefined) continue;
        const name = fileName(siteId, dayOrMonth, version, kind);
        opened.push({ file: await home.files.open(name), name, part });
      }
      if (opened.length === 0) continue;
      const paths = opened.map(({ file }) => file.path);
      const rows = await session.rows(`/* close.read */ SELECT filename, ${content.check}
        FROM ${parquet(paths, 'filename = true')} AS t GROUP BY filename`);
      const read = new Map(rows.map(([path, ...sum]) => [String(path), sum.join()]));
      for (const { file, name, part } of opened) {
        const [expected, got] = [made.get(kind)!.get(part)!, read.get(file.path) ?? 'no rows'];
        if (expected !== got) throw unlike(name, expected, got);
      }
    } finally {
      for (const { file } of opened) file.release();
    }
  }
  return names.map(({ version }, part) => {
    const files = saved[part];
    return files && newSet(version, files);
  });
}
