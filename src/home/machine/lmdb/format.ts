/**
 * How LMDB's file is laid out (`mdb.c` of lmdb 3.5: data version 2, 64 bits, little-endian), as far
 * as it must be read without LMDB. LMDB maps the file into memory and believes it: where it is
 * damaged, the process ends by a signal. What is here reads bytes, and believes nothing.
 *
 * A page begins with its own number (8 bytes), the transaction that wrote it (8), 2 bytes that are
 * not used, its kind (2), and two bounds (2 each) or the number of pages of a long value (4). Pages
 * 0 and 1 are metas: the newer one says where the two trees begin, that of free pages and that of
 * rows. All offsets within a page are counted from behind this header.
 */
export const headerBytes = 24;

export const pageKinds = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;

export type PageKind = 'branch' | 'leaf' | 'overflow';

/** `root` is undefined where the tree is empty. `depth` counts levels; leaves are the last. */
export type Tree = {
  readonly root: number | undefined;
  readonly depth: number;
  readonly entries: number;
};

export type Meta = {
  readonly pageBytes: number;
  readonly txn: number;
  readonly lastPage: number;
  readonly free: Tree;
  readonly main: Tree;
};

const magic = 0xbeef_c0de;

const dataVersion = 2;

/** What a tree without pages has for its root. */
const noPage = 2 ** 64;

/** Undefined where the page is no meta page. */
export function metaOf(page: Buffer): Meta | undefined {
  if (page.length < headerBytes + 144) return undefined;
  if (page.readUInt16LE(18) !== pageKinds.meta) return undefined;
  if (page.readUInt32LE(24) !== magic || page.readUInt16LE(28) !== dataVersion) return undefined;
  const pageBytes = page.readUInt32LE(48);
  if (!isPageSize(pageBytes)) return undefined;
  const [free, main] = [treeAt(page, 48), treeAt(page, 96)];
  return { pageBytes, free, main, lastPage: numberAt(page, 144), txn: numberAt(page, 152) };
}

export const pageSizes = [4_096, 8_192, 16_384, 32_768, 65_536];

const isPageSize = (bytes: number) => pageSizes.includes(bytes);

function treeAt(page: Buffer, at: number): Tree {
  const root = numberAt(page, at + 40);
  return {
    root: root === noPage ? undefined : root,
    depth: page.readUInt16LE(at + 6),
    entries: numberAt(page, at + 32),
  };
}

/** 64 bits; beyond 2^53 not exact, and no number of a page then. */
export const numberAt = (bytes: Buffer, at: number) =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;

/** See `faultOf`. */
export type PageRules = {
  readonly page: number;
  readonly kind: 'branch' | 'leaf';
  readonly meta: Meta;
};

/**
 * What is wrong with a page of a tree, whose bytes begin at `at`; undefined where LMDB can read it.
 */
export function faultOf(bytes: Buffer, at: number, rules: PageRules): string | undefined {
  const { page, kind, meta } = rules;
  const header = headerFault(bytes, at, rules);
  if (header !== undefined) return header;
  const room = meta.pageBytes - headerBytes;
  const lower = bytes.readUInt16LE(at + 20);
  const upper = bytes.readUInt16LE(at + 22);
  const few = kind === 'branch' ? 2 : 1;
  if (lower % 2 !== 0 || lower < 2 * few || lower > upper || upper > room)
    return `page ${page} has impossible bounds`;
  const base = at + headerBytes;
  for (let i = 0; i < lower; i += 2) {
    const offset = bytes.readUInt16LE(base + i);
    if (offset < upper || offset + 8 > room) return `page ${page} has entries outside of it`;
    const node = base + offset;
    const keyBytes = bytes.readUInt16LE(node + 6);
    let end = offset + 8 + keyBytes;
    if (kind === 'leaf') {
      const flags = bytes.readUInt16LE(node + 4);
      if (flags > bigValue || keyBytes === 0) return `page ${page} has entries of no known kind`;
      end += flags === bigValue ? bigBytes : bytes.readUInt32LE(node);
    }
    if (end > room) return `page ${page} has entries outside of it`;
  }
  return undefined;
}

export function headerFault(
  bytes: Buffer,
  at: number,
  { page, kind, meta }: { readonly page: number; readonly kind: PageKind; readonly meta: Meta },
): string | undefined {
  if (numberAt(bytes, at) !== page || bytes.readUInt16LE(at + 18) !== pageKinds[kind])
    return `page ${page} is overwritten or was never written`;
  if (numberAt(bytes, at + 8) > meta.txn) return `page ${page} is of a later state`;
  return undefined;
}

/** The value is in pages of its own; in its place is their first page's number. */
const bigValue = 1;

const bigBytes = 24;

/** lmdb's own, before each value: it changes with every write of the row. */
export const versionBytes = 8;

/** A value in pages of its own; `bytes` is its length. */
export type BigValue = { readonly page: number; readonly pages: number; readonly bytes: number };

/** Where an entry of a leaf is: offsets into the bytes that were given. */
export type EntryBounds = {
  readonly keyFrom: number;
  /** The value begins there. */
  readonly keyTo: number;
  readonly valueTo: number;
  readonly isBig: boolean;
};

/** How many entries a page has that has no fault. */
export const entriesIn = (bytes: Buffer, at: number) => bytes.readUInt16LE(at + 20) >> 1;

/** The child of a branch page, and the first key that may be below it. */
export function childAt(bytes: Buffer, i: number): { readonly page: number; readonly key: Buffer } {
  const node = nodeAt(bytes, 0, i);
  const page =
    bytes.readUInt16LE(node) +
    bytes.readUInt16LE(node + 2) * 2 ** 16 +
    bytes.readUInt16LE(node + 4) * 2 ** 32;
  return { page, key: bytes.subarray(node + 8, node + 8 + bytes.readUInt16LE(node + 6)) };
}

/** Entry number `i` of a leaf whose bytes begin at `at`. */
export function boundsAt(bytes: Buffer, at: number, i: number): EntryBounds {
  const node = nodeAt(bytes, at, i);
  const keyFrom = node + 8;
  const keyTo = keyFrom + bytes.readUInt16LE(node + 6);
  const isBig = bytes.readUInt16LE(node + 4) === bigValue;
  return { keyFrom, keyTo, valueTo: keyTo + (isBig ? bigBytes : bytes.readUInt32LE(node)), isBig };
}

/** Where that entry's value is, if it is in pages of its own. */
export function bigValueAt(bytes: Buffer, at: number, i: number): BigValue | undefined {
  const { keyTo, isBig } = boundsAt(bytes, at, i);
  if (!isBig) return undefined;
  return {
    page: numberAt(bytes, keyTo),
    pages: numberAt(bytes, keyTo + 16),
    bytes: bytes.readUInt32LE(nodeAt(bytes, at, i)),
  };
}

const nodeAt = (bytes: Buffer, at: number, i: number) =>
  at + headerBytes + bytes.readUInt16LE(at + headerBytes + 2 * i);

/** Pages one after another. */
export type Run = { readonly page: number; readonly pages: number };

export const noRun: Run = { page: 0, pages: 0 };

/**
 * The pages that a list of free ones names; undefined where it is no list. Its first number is its
 * length. Of the others (`midl.c`) 0 is an empty place, a negative one how many pages there are
 * from the next number on.
 */
export function freeRuns(list: Buffer): Run[] | undefined {
  if (list.length < 8) return undefined;
  const length = numberAt(list, 0);
  if (8 * (length + 1) > list.length) return undefined;
  const runs: Run[] = [];
  for (let i = 1; i <= length; i++) {
    const isLength = list.readInt32LE(8 * i + 4) < 0;
    const pages = isLength ? -list.readBigInt64LE(8 * i) : 1n;
    if (isLength && ++i > length) break; // it was cut there: `mdb_freelist_save`
    const page = numberAt(list, 8 * i);
    if (page !== 0) runs.push({ page, pages: Number(pages) });
  }
  return runs;
}
