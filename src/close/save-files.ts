import type { Session, Value } from '../journal/duckdb.ts';
import { offsetSpans } from '../journal/mount-hours.ts';
import type { Tables } from '../journal/mount-tables.ts';
import { type FileKind, type FileSet, fileName, type LedgerFile } from '../ledger/manifest.ts';
import { parquet, quoted } from '../ledger/parquet.ts';
import { hoursSql, rollUpOptions, rollUpSql } from '../ledger/roll-up.ts';
import { hitsToFile, parquetOptions, visitOrder, visitsToFile } from '../ledger/tables.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { CloseWorld } from './world.ts';

/** What a file is made of: a SELECT and its order, and over its rows a sum that must come out the same when the file is read back. */
export type Content = {
  readonly kind: FileKind;
  readonly select: string;
  readonly order?: string;
  readonly check: string;
  readonly options?: string;
};

/** Over ids and times: an id lost, doubled or changed shows, and so does a column that went to another row. */
export const hitsCheck = `count(*), coalesce(bit_xor(hash(id, visitor, "time", name, page)), 0), coalesce(sum(visit), 0)`;
export const visitsCheck = `count(*), coalesce(bit_xor(hash(visit, visitor, "time", entry_page, source)), 0), coalesce(sum(duration_ms), 0)`;

/** Over whole rows, where they are few; `t` is what they are read from. */
export const rowsCheck = 'count(*), coalesce(bit_xor(hash(t)), 0)';

/** Numbers the visits of a day and says its zone's offsets, for `dayContents`. Temporary tables of this session. */
export async function prepareDay(
  session: Session,
  tables: Tables,
  zones: readonly ZoneSpan[],
  day: Day,
): Promise<void> {
  const values: Value[] = [];
  const spans = offsetSpans(zones, day);
  // The first stretch begins and the last ends with all time, as when hits are mounted.
  const stretches = spans.map(({ fromMs, toMs, offsetMs }, i) => {
    const from = i === 0 ? 'NULL' : `$${values.push(BigInt(fromMs))}::BIGINT`;
    const to = i === spans.length - 1 ? 'NULL' : `$${values.push(BigInt(toMs))}::BIGINT`;
    return `(${from}, ${to}, $${values.push(BigInt(offsetMs))}::BIGINT)`;
  });
  await session.rows(
    `/* close.offsets */ CREATE TEMP TABLE offsets AS
    SELECT * FROM (VALUES ${stretches.join(', ')}) AS o (from_ms, to_ms, offset_ms)`,
    values,
  );
  await session.rows(`/* close.numbered */ CREATE TEMP TABLE numbered AS
    SELECT v.day, v.visitor, v.visit, row_number() OVER (ORDER BY ${visitOrder}) - 1 AS n FROM ${tables.visits} AS v`);
}

const within = (column: string) =>
  `(from_ms IS NULL OR ${column} >= from_ms) AND (to_ms IS NULL OR ${column} < to_ms)`;

/** The hits and visits of the mounted day as its files hold them. An engagement stands beside its visitor's first visit. */
export function dayContents({ hits, visits }: Tables): Content[] {
  return [
    {
      kind: 'hits',
      select: `/* close.hits */ SELECT ${hitsToFile} FROM ${hits} AS h
        LEFT JOIN numbered AS v ON v.day = h.day AND v.visit = h.visit
        LEFT JOIN (SELECT visitor, min(n) AS n FROM numbered GROUP BY visitor) AS own ON own.visitor = h.visitor
        JOIN offsets ON ${within('h."time"')}`,
      order: 'coalesce(v.n, own.n), h.visitor, h."time", h.id',
      check: hitsCheck,
    },
    {
      kind: 'visits',
      select: `/* close.visits */ SELECT ${visitsToFile} FROM (
          SELECT mine.*, numbered.n FROM ${visits} AS mine JOIN numbered USING (day, visit)
        ) AS v JOIN offsets ON ${within('v."time"')}`,
      order: 'v.n',
      check: visitsCheck,
    },
  ];
}

/** Roll-ups of the mounted day. They are counted once, into temporary tables of this session. */
export async function rollUpContents(session: Session, tables: Tables): Promise<Content[]> {
  await session.rows(`/* close.roll-up */ CREATE TEMP TABLE rolled AS ${rollUpSql(tables)}`);
  await session.rows(`/* close.hours */ CREATE TEMP TABLE by_hour AS ${hoursSql(tables)}`);
  const check = rowsCheck;
  return [
    {
      kind: 'rollup',
      select: '/* close.roll-up */ SELECT t.* FROM rolled AS t',
      order: 'dimension, day, value',
      check,
      options: rollUpOptions,
    },
    { kind: 'hours', select: '/* close.hours */ SELECT t.* FROM by_hour AS t', order: 'day, hour', check },
  ];
}

/**
 * Writes the files of a set, reads each back, and holds it against what it was made of. Rejects where one differs: a file
 * that was not written right must never be named by a manifest.
 */
export async function saveFiles(
  { home }: Pick<CloseWorld, 'home'>,
  session: Session,
  siteId: string,
  dayOrMonth: string,
  version: string,
  contents: readonly Content[],
): Promise<FileSet> {
  // One is written while those before it are synced, or on their way to the store.
  let written: Promise<unknown> = Promise.resolve();
  const saves = contents.map(async ({ kind, options = parquetOptions, ...content }) => {
    const name = fileName(siteId, dayOrMonth, version, kind);
    const saved = await home.files.save(name, (path) => {
      const write = () => session.rows(`COPY (${inOrder(content)}) TO ${quoted(path)} (${options})`);
      written = written.then(write);
      return written.then(() => {});
    });
    return [kind, { ...saved, rows: 0 } satisfies LedgerFile] as const;
  });
  // None may be at it any more when this ends.
  await Promise.allSettled(saves);
  return { version, files: Object.fromEntries(await Promise.all(saves)) };
}

/** The statement that gives a content's rows in the order of its file. */
export const inOrder = ({ select, order }: Pick<Content, 'select' | 'order'>) =>
  order === undefined ? select : `${select} ORDER BY ${order}`;

/** The set with its rows counted, each file read back from where readers find it. */
export async function verifyFiles(
  { home }: Pick<CloseWorld, 'home'>,
  session: Session,
  siteId: string,
  dayOrMonth: string,
  { version, files }: FileSet,
  contents: readonly Content[],
): Promise<FileSet> {
  const verified: Partial<Record<FileKind, LedgerFile>> = {};
  for (const { kind, select, check } of contents) {
    const name = fileName(siteId, dayOrMonth, version, kind);
    const file = await home.files.open(name);
    try {
      const [made] = await session.rows(`/* close.made */ SELECT ${check} FROM (${select}) AS t`);
      const [read] = await session.rows(`/* close.read */ SELECT ${check} FROM ${parquet([file.path])} AS t`);
      if (made!.join() !== read!.join()) {
        throw new DaybookError(
          'damaged',
          `${name} does not hold what was written to it: expected ${made!.join(', ')}, got ${read!.join(', ')}; nothing was published`,
        );
      }
      verified[kind] = { ...files[kind]!, rows: Number(made![0]) };
    } finally {
      file.release();
    }
  }
  return { version, files: verified };
}

export { parquet, quoted };
