import type { Duck, Session } from '../duck/duck.ts';
import { parquet, quoted } from '../duck/parquet.ts';
import { largeDimensions } from '../model/dimensions.ts';
import { rolledMeasures } from '../model/measures.ts';
import { asIfWrittenNow, fileRows } from './file-rows.ts';
import type { NamedFile } from './manifest.ts';
import type { LedgerFiles } from './open-files.ts';

/**
 * Rows of roll-ups in in-memory tables, by file. Those that are asked for first are read where they
 * are, and loaded when that question is answered: a view of 12 months took four times as long when
 * it waited for them. The next takes a fifth of the time from the tables. A million rows take some
 * 25 MB. While all of them together are more than `maxRows`, those that nobody uses are given up,
 * the least recently used first.
 */
export type RolledRows = {
  /**
   * Holds the rows of files until `release` is called. Rejects with fault `not-found` if a file is
   * no longer there. Files with too many rows are always read where they are.
   */
  hold(files: readonly RolledFile[]): Promise<HeldRolls>;
};

/** A file of kind `rollup` or `hours`: the hours' rows are those of the dimension `time:hour`. */
export type RolledFile = NamedFile & {
  readonly kind: 'rollup' | 'hours';
  /** The dimension whose rows are asked for. */
  readonly by: string;
};

export type HeldRolls = {
  /**
   * A relation (day, dimension, value, measures) that contains the rows which these files have of a
   * dimension that was asked for, and may contain others.
   */
  from(names: readonly string[], dimension: string): string;
  /** Whether all rows of a dimension that was asked for are read where they are. */
  areInFiles(dimension: string): boolean;
  release(): void;
};

/** What one of the tables has, or is to have, of a file. */
type Entry = {
  readonly file: RolledFile;
  readonly table: string;
  readonly n: number;
  /** Those of the whole file, until it is loaded. */
  rows: number;
  uses: number;
  usedAt: number;
  state: 'wanted' | 'loading' | 'loaded';
};

/** At most so many rows are loaded by one statement; a file with more is read where it is. */
const rowsAtOnce = 400_000;

/** Uncompressed, a row takes some 150 bytes. */
const looseRows = 300_000;

/**
 * Large dimensions have many rows. Each has a table of its own, so that a question about one
 * dimension neither loads nor scans the rows of the others.
 */
const tableOf = (dimension: string) => `rolled_${largeDimensions.indexOf(dimension) + 1}`;

const tables = ['', ...largeDimensions].map(tableOf);

const keyOf = ({ name }: Pick<RolledFile, 'name'>, table: string) => `${table} ${name}`;

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
    const asked = new Map(
      wanted.filter(fits).map((file) => {
        const table = tableOf(file.by);
        const key = keyOf(file, table);
        return [key, entries.get(key) ?? added(key, file, table)];
      }),
    );
    const held = new Map([...asked].filter(([, { state }]) => state === 'loaded'));
    for (const entry of asked.values()) entry.uses++;
    const release = () => {
      for (const entry of asked.values()) {
        entry.uses--;
        entry.usedAt = ++uses;
      }
      load([...asked.values()].filter(({ state }) => state === 'wanted'));
      evict();
    };
    const inPlace = wanted.filter((file) => !held.has(keyOf(file, tableOf(file.by))));
    try {
      const opened = await files.open(inPlace);
      return {
        from: (names, dimension) => fromSql(names, dimension, { held, inPlace, ...opened }),
        areInFiles: (dimension) =>
          ![...held.values()].some(({ table }) => table === tableOf(dimension)),
        release() {
          opened.release();
          release();
        },
      };
    } catch (error) {
      for (const [key, { state }] of asked) if (state === 'wanted') entries.delete(key);
      release();
      throw error;
    }
  }

  function added(key: string, file: RolledFile, table: string): Entry {
    const own = { rows: file.rows, uses: 0, usedAt: 0, state: 'wanted' } as const;
    const entry: Entry = { file, table, n: ++made, ...own };
    entries.set(key, entry);
    return entry;
  }

  /** One load after another; nobody waits for it. What could not be loaded is forgotten. */
  function load(wanted: readonly Entry[]): void {
    for (const some of inGroups(wanted)) {
      for (const entry of some) entry.state = 'loading';
      working = working
        .then(() => loadSome(some))
        .catch(() => {
          for (const { file, table } of some) entries.delete(keyOf(file, table));
        });
    }
  }

  async function loadSome(some: readonly Entry[]): Promise<void> {
    const opened = await files.open(some.map(({ file }) => file));
    try {
      const counts = await duck.write((session) => insert(session, some, opened.pathOf));
      for (const entry of some) {
        entry.rows = counts.get(entry.n) ?? 0;
        entry.state = 'loaded';
        loose += entry.rows;
      }
    } finally {
      opened.release();
    }
    evict();
    if (loose > looseRows && (await duck.compact())) loose = 0;
  }

  function evict(): void {
    const loaded = [...entries].filter(([, { state }]) => state === 'loaded');
    let rows = loaded.reduce((sum, [, entry]) => sum + entry.rows, 0);
    if (rows <= maxRows) return;
    const idle = loaded.filter(([, entry]) => entry.uses === 0);
    idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const gone: Entry[] = [];
    for (const [key, entry] of idle) {
      if (rows <= maxRows) break;
      rows -= entry.rows;
      entries.delete(key);
      gone.push(entry);
    }
    if (gone.length === 0) return;
    // If this fails, rows stay whose numbers nobody asks for any more.
    working = working.then(() => forget(gone)).catch(() => {});
  }

  const forget = (gone: readonly Entry[]) =>
    duck.write(async (session) => {
      for (const [table, own] of byTable(gone))
        await session.rows(
          `/* rolled.forget */ DELETE FROM ${table} WHERE file IN (${numbersOf(own)})`,
        );
    });

  return { hold };
}

const numbersOf = (entries: readonly Entry[]) => entries.map(({ n }) => n).join(', ');

function byTable(entries: readonly Entry[]): Map<string, Entry[]> {
  const by = new Map<string, Entry[]>();
  for (const entry of entries) by.set(entry.table, [...(by.get(entry.table) ?? []), entry]);
  return by;
}

/** What one statement loads: of one table, and not too much. */
function inGroups(entries: readonly Entry[]): Entry[][] {
  return [...byTable(entries).values()].flatMap((own) => {
    const groups: Entry[][] = [];
    let rows = 0;
    for (const entry of own) {
      rows += entry.rows;
      if (groups.length === 0 || rows > rowsAtOnce) {
        groups.push([]);
        rows = entry.rows;
      }
      groups[groups.length - 1]!.push(entry);
    }
    return groups;
  });
}

const measures = rolledMeasures.join(', ');

const ofKind = {
  rollup: `day, dimension, value, ${measures}`,
  hours: `day, 'time:hour' AS dimension, hour::VARCHAR AS value, ${measures}`,
} as const;

/** Gives how many rows each entry has, by its number. */
async function insert(
  session: Session,
  entries: readonly Entry[],
  pathOf: (name: string) => string,
): Promise<ReadonlyMap<number, number>> {
  // Those that were written alike together: each way is a pass over the rows.
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { kind, schema, normalized } = entry.file;
    const written = `${kind} ${schema} ${normalized}`;
    groups.set(written, [...(groups.get(written) ?? []), entry]);
  }
  const selects = [...groups.values()].map((alike) => {
    const { file } = alike[0]!;
    const read = parquet(
      alike.map((one) => pathOf(one.file.name)),
      'filename = true',
    );
    const numbers = alike.map((one) => `(${one.n}, ${quoted(pathOf(one.file.name))})`).join(', ');
    const rows = `(SELECT n AS file, ${ofKind[file.kind]} FROM ${read} AS rows
      JOIN (VALUES ${numbers}) AS files (n, path) ON files.path = rows.filename)`;
    const now = file.kind === 'rollup' ? asIfWrittenNow('rollup', rows, file) : rows;
    const from = now === rows ? rows : `(${now})`;
    return `SELECT file, day, dimension, value, ${measures} FROM ${from}`;
  });
  const { table } = entries[0]!;
  const large = largeDimensions.find((dimension) => tableOf(dimension) === table);
  const which =
    large === undefined
      ? `NOT IN (${largeDimensions.map(quoted).join(', ')})`
      : `= ${quoted(large)}`;
  // In order, so that a question about some days or one dimension skips most of the others.
  await session.rows(`/* rolled.load */ INSERT INTO ${table}
    FROM (${selects.join(' UNION ALL ')}) WHERE dimension ${which} ORDER BY dimension, day`);
  const counted = await session.rows(`/* rolled.count */ SELECT file, count(*)::INTEGER
    FROM ${table} WHERE file IN (${numbersOf(entries)}) GROUP BY file`);
  return new Map(counted.map(([n, rows]) => [Number(n), Number(rows)]));
}

type HeldFiles = {
  /** In tables, by `keyOf`. */
  readonly held: ReadonlyMap<string, Entry>;
  /** Read from where they are. */
  readonly inPlace: readonly RolledFile[];
  readonly pathOf: (name: string) => string;
};

function fromSql(
  names: readonly string[],
  dimension: string,
  { held, inPlace, pathOf }: HeldFiles,
): string {
  const table = tableOf(dimension);
  const own: Entry[] = [];
  const whole: Record<RolledFile['kind'], RolledFile[]> = { rollup: [], hours: [] };
  for (const name of names) {
    const entry = held.get(keyOf({ name }, table));
    const file = entry?.file ?? inPlace.find((one) => one.name === name)!;
    if (entry === undefined) whole[file.kind].push(file);
    else own.push(entry);
  }
  const parts = (['rollup', 'hours'] as const).flatMap((kind) =>
    whole[kind].length === 0
      ? []
      : [`SELECT ${ofKind[kind]} FROM ${fileRows(kind, whole[kind], pathOf)}`],
  );
  if (own.length > 0 || parts.length === 0) {
    const which = own.length === 0 ? 'false' : `file IN (${numbersOf(own)})`;
    parts.push(`SELECT day, dimension, value, ${measures} FROM ${table} WHERE ${which}`);
  }
  return `(${parts.join(' UNION ALL ')})`;
}
