import {
  type BigValue,
  bigValueAt,
  boundsAt,
  childAt,
  entriesIn,
  faultOf,
  freeRuns,
  headerBytes,
  headerFault,
  type Meta,
  noRun,
  type Tree,
  versionBytes,
} from './format.ts';
import { newest, openPageFile, type PageFile, readMetas } from './page-file.ts';

/**
 * What LMDB reads when it opens its file: both metas, and the first page of each tree. Gives what
 * is wrong, or undefined. Another process may be writing meanwhile.
 */
export function checkBeginning(path: string): string | undefined {
  const file = openPageFile(path);
  try {
    let before: number | undefined;
    for (;;) {
      const metas = readMetas(file);
      const meta = newest(metas);
      const fault = metas.includes(undefined)
        ? 'its first pages are not those of an LMDB file of version 2'
        : rootFault(file, meta!);
      // What another process has replaced meanwhile need not be there any more.
      if (fault === undefined || meta?.txn === before) return fault;
      before = meta?.txn;
    }
  } finally {
    file.close();
  }
}

function rootFault(file: PageFile, meta: Meta): string | undefined {
  for (const { root, depth } of [meta.free, meta.main]) {
    if (root === undefined) continue;
    const kind = depth > 1 ? 'branch' : 'leaf';
    const page = file.read(root * meta.pageBytes, meta.pageBytes);
    const fault = missing(page, root, meta) ?? faultOf(page, 0, { page: root, kind, meta });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const missing = (bytes: Buffer, page: number, meta: Meta) =>
  bytes.length < meta.pageBytes ? `it ends before its page ${page}` : undefined;

/** So many bytes are read at once. */
const chunkBytes = 2 ** 20;

const marks = { nothing: 0, used: 1, leaf: 2 } as const;

/**
 * Every page of both trees, as of the newest meta: that LMDB can read it, that each belongs to one
 * place, and that there are as many entries as the meta says. Of a short value only the ends are
 * looked at. Gives the first thing that is wrong, or undefined. 0.9 s a gigabyte.
 *
 * While another process writes, the caller must hold a read transaction, so that no page of the
 * newest meta is used again.
 */
export function checkPages(path: string): string | undefined {
  const file = openPageFile(path);
  try {
    const meta = newest(readMetas(file));
    if (meta === undefined) return 'it has no meta page';
    const seen = new Uint8Array(Math.min(meta.lastPage, file.bytes / meta.pageBytes) + 1);
    return (
      checkTree(file, meta, { tree: meta.free, of: 'free', seen }) ??
      checkTree(file, meta, { tree: meta.main, of: 'rows', seen })
    );
  } finally {
    file.close();
  }
}

type TreeToCheck = {
  readonly tree: Tree;
  readonly of: 'free' | 'rows';
  /** A mark for each page. */
  readonly seen: Uint8Array;
};

function checkTree(file: PageFile, meta: Meta, checking: TreeToCheck): string | undefined {
  const { tree, seen } = checking;
  if (tree.root === undefined) return undefined;
  let level = [tree.root];
  const take = (page: number, mark: number) => {
    if (page < 2 || page > meta.lastPage) return `page ${page} is outside of the file`;
    if (page >= seen.length) return `it ends before its page ${page}`;
    if (seen[page] !== marks.nothing) return `page ${page} is in two places`;
    seen[page] = mark;
    return undefined;
  };
  for (let depth = 1; depth < tree.depth; depth++) {
    const next: number[] = [];
    for (const page of level) {
      const fault = take(page, marks.used);
      if (fault !== undefined) return fault;
      const bytes = file.read(page * meta.pageBytes, meta.pageBytes);
      const broken =
        missing(bytes, page, meta) ?? faultOf(bytes, 0, { page, kind: 'branch', meta });
      if (broken !== undefined) return broken;
      for (let i = 0; i < entriesIn(bytes, 0); i++) next.push(childAt(bytes, i).page);
    }
    level = next;
  }
  for (const page of level) {
    const fault = take(page, marks.leaf);
    if (fault !== undefined) return fault;
  }
  const { fault, entries, bigValues } = checkLeaves(file, meta, checking);
  if (fault !== undefined) return fault;
  if (entries !== tree.entries) return `it has ${entries} entries in place of ${tree.entries}`;
  for (const big of bigValues) {
    for (let page = big.page; page < big.page + big.pages; page++) {
      const twice = take(page, marks.used);
      if (twice !== undefined) return twice;
    }
    const broken = bigValueFault(file, meta, big, checking.of);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

type CheckedLeaves = {
  readonly fault?: string | undefined;
  readonly entries: number;
  readonly bigValues: readonly BigValue[];
};

/** The pages that are marked as leaves, in the file's order: read so, they cost least. */
function checkLeaves(file: PageFile, meta: Meta, { of, seen }: TreeToCheck): CheckedLeaves {
  const { pageBytes } = meta;
  const perChunk = chunkBytes / pageBytes;
  const bigValues: BigValue[] = [];
  let entries = 0;
  for (
    let page = seen.indexOf(marks.leaf);
    page !== -1;
    page = seen.indexOf(marks.leaf, page + perChunk)
  ) {
    const chunk = file.read(page * pageBytes, chunkBytes);
    for (let i = 0; i < perChunk; i++) {
      if (seen[page + i] !== marks.leaf) continue;
      seen[page + i] = marks.used;
      const at = i * pageBytes;
      const fault =
        missing(chunk.subarray(at), page + i, meta) ??
        faultOf(chunk, at, { page: page + i, kind: 'leaf', meta });
      if (fault !== undefined) return { fault, entries, bigValues };
      const wrong = of === 'rows' ? rowsFault(chunk, at) : freeFault(chunk, at, meta);
      if (wrong !== undefined) return { fault: `page ${page + i} ${wrong}`, entries, bigValues };
      const count = entriesIn(chunk, at);
      for (let entry = 0; entry < count; entry++) {
        const big = bigValueAt(chunk, at, entry);
        if (big !== undefined) bigValues.push(big);
      }
      entries += count;
    }
  }
  return { entries, bigValues };
}

/**
 * A row's key is `partition U+0000 sort`, in ascending order; its value a version of 8 bytes, then
 * a text that neither begins nor ends with a control character.
 */
function rowsFault(bytes: Buffer, at: number): string | undefined {
  let before = { from: 0, to: 0 };
  for (let i = 0; i < entriesIn(bytes, at); i++) {
    const { keyFrom, keyTo, valueTo, isBig } = boundsAt(bytes, at, i);
    const key = { from: keyFrom, to: keyTo };
    if (i > 0 && !isAfter(bytes, before, key)) return 'has rows that are in no order';
    before = key;
    if (isBig) continue;
    const textFrom = keyTo + versionBytes;
    if (valueTo < textFrom) return 'has rows without a version';
    if (valueTo > textFrom && (isControl(bytes[textFrom]!) || isControl(bytes[valueTo - 1]!)))
      return 'has rows that are overwritten';
    // Short ones are not looked through: every sector of zeros has an end of one in it.
    if (valueTo - textFrom > 500 && bytes.subarray(textFrom, valueTo).includes(0))
      return 'has rows that are overwritten';
  }
  return undefined;
}

const isControl = (byte: number) => byte < 0x20;

type Span = { readonly from: number; readonly to: number };

/** Whether the second key comes after the first. */
function isAfter(bytes: Buffer, first: Span, second: Span): boolean {
  const common = Math.min(first.to - first.from, second.to - second.from);
  for (let i = 0; i < common; i++) {
    const difference = bytes[second.from + i]! - bytes[first.from + i]!;
    if (difference !== 0) return difference > 0;
  }
  return second.to - second.from > first.to - first.from;
}

/** An entry of the tree of free pages: a transaction, and a list of pages (`freeRuns`). */
function freeFault(bytes: Buffer, at: number, meta: Meta): string | undefined {
  for (let i = 0; i < entriesIn(bytes, at); i++) {
    const { keyFrom, keyTo, valueTo, isBig } = boundsAt(bytes, at, i);
    if (keyTo - keyFrom !== 8) return 'has no list of free pages';
    if (isBig) continue;
    const fault = listFault(bytes.subarray(keyTo, valueTo), meta);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function listFault(list: Buffer, { lastPage }: Meta): string | undefined {
  for (const { page } of freeRuns(list) ?? [noRun])
    if (page < 2 || page > lastPage) return 'has no list of free pages';
  return undefined;
}

function bigValueFault(
  file: PageFile,
  meta: Meta,
  { page, pages, bytes }: BigValue,
  of: TreeToCheck['of'],
): string | undefined {
  if (pages < Math.ceil((headerBytes + bytes) / meta.pageBytes))
    return `page ${page} has no length`;
  const read = file.read(page * meta.pageBytes, headerBytes + bytes);
  if (read.length < headerBytes + bytes) return `it ends before its page ${page + pages - 1}`;
  const fault = headerFault(read, 0, { page, kind: 'overflow', meta });
  if (fault !== undefined) return fault;
  if (of === 'free') {
    const list = listFault(read.subarray(headerBytes), meta);
    return list && `page ${page} ${list}`;
  }
  const isWhole = bytes >= versionBytes && !read.includes(0, headerBytes + versionBytes);
  return isWhole ? undefined : `page ${page} has a row that is overwritten`;
}
