import {
  boundsAt,
  childAt,
  entriesIn,
  faultOf,
  type Meta,
  numberAt,
  pageKinds,
  pageSizes,
} from './format.ts';
import type { PageFile } from './page-file.ts';

/**
 * Where both metas are lost: the newest root of a tree of rows that there is. Every commit writes
 * the root again, so it is a page of the latest transaction that no other page of it names. Free
 * pages are not known then. Undefined where there is no such page.
 */
export function guessMeta(file: PageFile): Meta | undefined {
  for (const pageBytes of pageSizes) {
    const any: Meta = {
      ...{ pageBytes, txn: 2 ** 53, lastPage: Math.floor(file.bytes / pageBytes) - 1 },
      // Page 0 is none of a tree: nobody can read which pages are free.
      free: { root: 0, depth: 1, entries: 0 },
      main: { root: undefined, depth: 0, entries: 0 },
    };
    const found = latestRoot(file, any);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Candidate = { readonly page: number; readonly txn: number; readonly bytes: Buffer };

function latestRoot(file: PageFile, meta: Meta): Meta | undefined {
  let latest: Candidate[] = [];
  for (let page = 2; page <= meta.lastPage; page++) {
    const bytes = file.read(page * meta.pageBytes, meta.pageBytes);
    if (kindOf(bytes, page, meta) === undefined || !hasRowKeys(bytes)) continue;
    const txn = numberAt(bytes, 8);
    if (txn > (latest[0]?.txn ?? 0)) latest = [];
    if (txn >= (latest[0]?.txn ?? 0)) latest.push({ page, txn, bytes });
  }
  const children = new Set<number>();
  for (const { page, bytes } of latest)
    if (kindOf(bytes, page, meta) === 'branch')
      for (let i = 0; i < entriesIn(bytes, 0); i++) children.add(childAt(bytes, i).page);
  const root = latest.find(({ page }) => !children.has(page));
  if (root === undefined) return undefined;
  const depth = depthBelow(file, meta, root.page);
  return { ...meta, txn: root.txn, main: { root: root.page, depth, entries: 0 } };
}

function kindOf(bytes: Buffer, page: number, meta: Meta): 'branch' | 'leaf' | undefined {
  if (bytes.length < meta.pageBytes) return undefined;
  const found = bytes.readUInt16LE(18);
  const kind =
    found === pageKinds.branch ? 'branch' : found === pageKinds.leaf ? 'leaf' : undefined;
  return kind && faultOf(bytes, 0, { page, kind, meta }) === undefined ? kind : undefined;
}

/** The keys of rows have a zero byte between two texts; those of free pages are numbers. */
function hasRowKeys(bytes: Buffer): boolean {
  const { keyFrom, keyTo } = boundsAt(bytes, 0, entriesIn(bytes, 0) - 1);
  const key = bytes.subarray(keyFrom, keyTo);
  return key.indexOf(0) > 0 && (key.length !== 8 || key.readUInt16LE(6) !== 0);
}

/** How many levels there are from this page on, by the first of its children that can be read. */
function depthBelow(file: PageFile, meta: Meta, page: number): number {
  const bytes = file.read(page * meta.pageBytes, meta.pageBytes);
  const kind = kindOf(bytes, page, meta);
  if (kind === undefined) return 0;
  if (kind === 'leaf') return 1;
  for (let i = 0; i < entriesIn(bytes, 0); i++) {
    const below = depthBelow(file, meta, childAt(bytes, i).page);
    if (below > 0) return below + 1;
  }
  return 0;
}
