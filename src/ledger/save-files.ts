import type { Session } from '../duck/duck.ts';
import { parquet, parquetOptions, quoted } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import {
  type FileKind,
  type FileSet,
  fileName,
  type LedgerFile,
  newSet,
  type SetName,
} from './manifest.ts';

/**
 * What a file is made of: a SELECT and its order, and over its rows a sum that must come out the
 * same when the file is read back.
 */
export type Content = {
  readonly kind: FileKind;
  readonly select: string;
  readonly order?: string;
  readonly check: string;
  readonly options?: string;
};

/**
 * Over ids and times: it differs if an id is lost, doubled or changed, or if a column's value went
 * to another row.
 */
export const hitsCheck = `count(*),
  coalesce(bit_xor(hash(id, visitor, "time", name, page)), 0), coalesce(sum(visit), 0)`;

export const visitsCheck = `count(*),
  coalesce(bit_xor(hash(visit, visitor, "time", entry_page, source)), 0),
  coalesce(sum(duration_ms), 0)`;

/** Over whole rows, where they are few; `t` is what they are read from. */
export const rowsCheck = 'count(*), coalesce(bit_xor(hash(t)), 0)';

/** Writes the files of a set. They count only once a manifest names them. */
export async function saveFiles(
  { home }: { readonly home: Pick<Home, 'files'> },
  session: Session,
  { siteId, dayOrMonth, version }: SetName,
  contents: readonly Content[],
): Promise<FileSet> {
  // One is written while those before it are synced, or on their way to the store.
  let written: Promise<unknown> = Promise.resolve();
  const saves = contents.map(async ({ kind, options = parquetOptions, ...content }) => {
    const name = fileName(siteId, dayOrMonth, version, kind);
    const saved = await home.files.save(name, (path) => {
      const write = () =>
        session.rows(`COPY (${inOrder(content)}) TO ${quoted(path)} (${options})`);
      written = written.then(write);
      return written.then(() => {});
    });
    return [kind, { ...saved, rows: 0 } satisfies LedgerFile] as const;
  });
  // When this ends, nothing may still be written.
  await Promise.allSettled(saves);
  return newSet(version, Object.fromEntries(await Promise.all(saves)));
}

/** The statement that gives a content's rows in the order of its file. */
export const inOrder = ({ select, order }: Pick<Content, 'select' | 'order'>) =>
  order === undefined ? select : `${select} ORDER BY ${order}`;

/** What a file holds is not what it was made of. */
export const unlike = (name: string, expected: string, got: string) =>
  new DaybookError(
    'damaged',
    `${name} does not hold what was written to it: expected ${expected.replaceAll(',', ', ')}, ` +
      `got ${got.replaceAll(',', ', ')}; nothing was published`,
  );

/**
 * Reads each file of a set back, from where readers find it, and compares it with what it was made
 * of. Gives the set with its rows counted. Rejects with fault `damaged` if one differs: a manifest
 * must never name a file that was not written right.
 */
export async function verifyFiles(
  { home }: { readonly home: Pick<Home, 'files'> },
  session: Session,
  { siteId, dayOrMonth, version }: SetName,
  { files, contents }: { readonly files: FileSet['files']; readonly contents: readonly Content[] },
): Promise<FileSet> {
  const verified: Partial<Record<FileKind, LedgerFile>> = {};
  for (const { kind, select, check } of contents) {
    const name = fileName(siteId, dayOrMonth, version, kind);
    const file = await home.files.open(name);
    try {
      const [made] = await session.rows(`/* close.made */ SELECT ${check} FROM (${select}) AS t`);
      const [read] = await session.rows(
        `/* close.read */ SELECT ${check} FROM ${parquet([file.path])} AS t`,
      );
      if (made!.join() !== read!.join()) {
        throw unlike(name, made!.join(), read!.join());
      }
      verified[kind] = { ...files[kind]!, rows: Number(made![0]) };
    } finally {
      file.release();
    }
  }
  return newSet(version, verified);
}
