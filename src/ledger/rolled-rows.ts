import type { Duck, Session } from '../duck/duck.ts';
import { parquet, quoted } from '../duck/parquet.ts';
import { largeDimensions } from '../model/dimensions.ts';
import { rolledMeasures } from '../model/measures.ts';
import { asIfWrittenNow, fileRows } from './file-rows.ts';
import type { NamedFile } from './manifest.ts';
import type { LedgerFiles } from './open-files.ts';

/**
 * Rows of roll-ups in an in-memory table, by file. A view of 30 days took some 70 ms from Parquet,
 * and takes 15 ms from the table. A million rows take some 25 MB. While all files together have
 * more than `maxRows`, those that nobody uses are given up, the least recently used first.
 */
export type RolledRows = {
  /**
   * Holds the rows of files until `release` is called. Rejects with fault `not-found` if a file is
   * no longer there. Files with too many rows are not held but read where they are.
   */
  hold(files: readonly RolledFile[]): Promise<HeldRolls>;
};

/** A file of kind `rollup` or `hours`: the hours' rows are those of the dimension `time:hour`. */
export type RolledFile = NamedFile & { readonly kind: 'rollup' | 'hours' };

export type HeldRolls = {
  /**
   * A relation (day, dimension, value, measures) that contains the rows which these files have of a
   * dimension, and may contain others.
   */
  from(names: readonly string[], dimension: string): string;
  release(): void;
};

type Entry = RolledFile & {
  readonly n: number;
  uses: number;
  usedAt: number;
  loaded: Promise<void>;
};

/** At most so many rows are loaded by one statement; a file with more is read where it is. */
const rowsAtOnce = 400_000;

/** Uncompressed, a row takes some 150 bytes. */
const looseRows = 300_000;

/**
 * Large dimensions have many rows. Each has a table of its own, so that a question about one
 * dimension does not scan the rows of the others.
 */
const tableOf = (dimension: string) => `rolled_${largeDimensions.indexOf(dimension) + 1}`;

const tables = ['', ...largeDimensions].map(tableOf);

export async function openRolledRows(
  files: LedgerFiles,
  duck: Duck,
  maxRows: number,
): Promise<RolledRows> {
  const entries = new Map<string, Entry>();
  let made = 0;
  let uses = 0;
  let loose = 0;
  let working: Promise<unknown> = Promise.resolve();

  await duck.write(async (session) => {
    for (const table of tables)
      await session.rows(`/* rolled.table */ CREATE TABLE ${table} (
        file INTEGER, day DATE, dimension VARCHAR, value VARCHAR,
        ${rolledMeasures.map((name) => `${name} BIGINT`).join(', ')})`);
  });

  async function hold(wanted: readonly RolledFile[]): Promise<HeldRolls> {
    const all = [...new Map(wanted.map((file) => [file.name, file])).values()];
    const total = all.reduce((sum, { rows }) => sum + rows, 0);
    const fits = ({ rows }: RolledFile) => total <= maxRows && rows <= rowsAtOnce;
    const held = all.filter(fits).map((file) => entries.get(file.name) ?? added(file));
    for (const entry of held) entry.uses++;
    const release = () => {
      for (const entry of held) {
        entry.uses--;
        entry.usedAt = ++uses;
      }
      evict();
    };
    const missing = held.filter((entry) => entry.loaded === unloaded);
    if (missing.length > 0) load(missing);
    const inPlace = all.filter((file) => !fits(file));
    try {
      const [opened] = await Promise.all([
        files.open(inPlace),
        ...held.map(({ loaded }) => loaded),
      ]);
      return {
        from: (names, dimension) =>
          fromSql(names, tableOf(dimension), { entries, inPlace, pathOf: opened.pathOf }),
        release() {
          opened.release();
          release();
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  function added(file: RolledFile): Entry {
    const entry: Entry = { ...file, n: ++made, uses: 0, usedAt: 0, loaded: unloaded };
    entries.set(file.name, entry);
    return entry;
  }

  /** One load after another; a file that could not be loaded is forgotten. */
  function load(missing: readonly Entry[]): void {
    for (const some of inGroups(missing)) {
      const loaded = working.then(() => loadSome(some));
      working = loaded.catch(() => {
        for (const { name } of some) entries.delete(name);
      });
      loaded.catch(() => {});
      for (const entry of some) entry.loaded = loaded;
    }
  }

  async function loadSome(some: readonly Entry[]): Promise<void> {
    const opened = await files.open(some);
    try {
      await duck.write((session) => insert(session, some, opened.pathOf));
    } finally {
      opened.release();
    }
    loose += some.reduce((sum, { rows }) => sum + rows, 0);
    if (loose > looseRows && (await duck.compact())) loose = 0;
  }

  function evict(): void {
    let rows = [...entries.values()].reduce((sum, entry) => sum + entry.rows, 0);
    if (rows <= maxRows) return;
    const idle = [...entries.values()].filter((entry) => entry.uses === 0);
    idle.sort((a, b) => a.usedAt - b.usedAt);
    const gone: Entry[] = [];
    for (const entry of idle) {
      if (rows <= maxRows) break;
      rows -= entry.rows;
      entries.delete(entry.name);
      gone.push(entry);
    }
    if (gone.length === 0) return;
    const numbers = gone.map(({ n }) => n).join(', ');
    // If this fails, rows stay whose numbers nobody asks for any more.
    working = working.then(() => forget(numbers)).catch(() => {});
  }

  const forget = (numbers: string) =>
    duck.write(async (session) => {
      for (const table of tables)
        await session.rows(`/* rolled.forget */ DELETE FROM ${table} WHERE file IN (${numbers})`);
    });

  return { hold };
}

const unloaded: Promise<void> = Promise.resolve();

function inGroups(entries: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = [];
  let rows = 0;
  for (const entry of entries) {
    rows += entry.rows;
    if (groups.length === 0 || rows > rowsAtOnce) {
      groups.push([]);
      rows = entry.rows;
    }
    groups[groups.length - 1]!.push(entry);
  }
  return groups;
}

const measures = rolledMeasures.join(', ');

const ofKind = {
  rollup: `day, dimension, value, ${measures}`,
  hours: `day, 'time:hour' AS dimension, hour::VARCHAR AS value, ${measures}`,
} as const;

async function insert(
  session: Session,
  entries: readonly Entry[],
  pathOf: (name: string) => string,
) {
  const numbers = entries.map(({ n, name }) => `(${n}, ${quoted(pathOf(name))})`).join(', ');
  const kinds = (['rollup', 'hours'] as const).flatMap((kind) => {
    const paths = entries.filter((entry) => entry.kind === kind).map(({ name }) => pathOf(name));
    return paths.length === 0
      ? []
      : [`SELECT filename, ${ofKind[kind]} FROM ${parquet(paths, 'filename = true')}`];
  });
  await session.rows(`/* rolled.load */ CREATE TEMP TABLE incoming AS
    SELECT n AS file, rows.* EXCLUDE (filename) FROM (${kinds.join(' UNION ALL ')}) AS rows
    JOIN (VALUES ${numbers}) AS files (n, path) ON files.path = rows.filename`);
  // Those that were written alike together: a pass over the rows takes time.
  const groups = new Map<string, Entry[]>();
  for (const entry of entries.filter(({ kind }) => kind === 'rollup')) {
    const written = `${entry.schema} ${entry.normalized}`;
    groups.set(written, [...(groups.get(written) ?? []), entry]);
  }
  for (const alike of groups.values()) {
    const which = `file IN (${alike.map(({ n }) => n).join(', ')})`;
    const own = `(FROM incoming WHERE ${which})`;
    const now = asIfWrittenNow('rollup', own, alike[0]!);
    if (now === own) continue;
    await session.rows(`/* rolled.load */ CREATE TEMP TABLE now AS
      ${now} UNION ALL BY NAME FROM incoming WHERE NOT ${which}`);
    await session.rows('/* rolled.load */ DROP TABLE incoming');
    await session.rows('/* rolled.load */ ALTER TABLE now RENAME TO incoming');
  }
  const quotedPages = largeDimensions.map(quoted).join(', ');
  // In order, so that a question about some days or one dimension skips most of the others.
  for (const dimension of ['', ...largeDimensions]) {
    const which = dimension === '' ? `NOT IN (${quotedPages})` : `= ${quoted(dimension)}`;
    await session.rows(`/* rolled.load */ INSERT INTO ${tableOf(dimension)}
      FROM incoming WHERE dimension ${which} ORDER BY dimension, day`);
  }
  await session.rows('/* rolled.load */ DROP TABLE incoming');
}

type HeldFiles = {
  /** In tables. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Read from where they are. */
  readonly inPlace: readonly RolledFile[];
  readonly pathOf: (name: string) => string;
};

function fromSql(
  names: readonly string[],
  table: string,
  { entries, inPlace, pathOf }: HeldFiles,
): string {
  const numbers: number[] = [];
  const whole: Record<RolledFile['kind'], RolledFile[]> = { rollup: [], hours: [] };
  for (const name of names) {
    const file = inPlace.find((one) => one.name === name);
    if (file !== undefined) whole[file.kind].push(file);
    else numbers.push(entries.get(name)!.n);
  }
  const parts = (['rollup', 'hours'] as const).flatMap((kind) =>
    whole[kind].length === 0
      ? []
      : [`SELECT ${ofKind[kind]} FROM ${fileRows(kind, whole[kind], pathOf)}`],
  );
  if (numbers.length > 0 || parts.length === 0) {
    const which = numbers.length === 0 ? 'false' : `file IN (${numbers.join(', ')})`;
    parts.push(`SELECT day, dimension, value, ${measures} FROM ${table} WHERE ${which}`);
  }
  return `(${parts.join(' UNION ALL ')})`;
}
