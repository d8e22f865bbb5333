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
  numberAt,
  pageKinds,
  versionBytes,
} from './format.ts';
import { guessMeta } from './guess-meta.ts';
import { newest, openPageFile, type PageFile, readMetas } from './page-file.ts';

/** A row as LMDB has it: the bytes of its key, and its text. */
export type SalvagedRow = { readonly key: Buffer; readonly text: string };

/** Rows that cannot be read: between two keys, the first inclusive; undefined where it is open. */
export type LostRange = {
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
  readonly problem: string;
};

export type Salvage = {
  /** Once each. */
  readonly rows: Iterable<SalvagedRow>;
  /** Complete when all rows have been read. */
  readonly lost: readonly LostRange[];
  /** What else the reader should know: removed rows may be back. */
  readonly notes: readonly string[];
};

/**
 * Reads the rows of a damaged LMDB file, without LMDB. From the newest whole meta it goes down the
 * tree of rows. Where a page of it cannot be read, the pages below it are looked for in the rest of
 * the file: those that are not free and belong nowhere else. Nothing is written.
 */
export function salvageRows(path: string): Salvage & { close(): void } {
  const file = openPageFile(path);
  const metas = readMetas(file);
  const known = newest(metas);
  const notes: string[] = [];
  if (metas.includes(undefined)) notes.push('its first pages are damaged');
  const meta = known ?? guessMeta(file);
  const lost: LostRange[] = [];
  return {
    rows: meta === undefined ? [] : allRows(file, meta, { lost, notes }),
    lost,
    notes,
    close: file.close,
  };
}

type Findings = { readonly lost: LostRange[]; readonly notes: string[] };

/** Where a page belongs: the keys below it are from `from` up to `to`. */
type Place = {
  readonly page: number;
  readonly level: number;
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
};

function* allRows(file: PageFile, meta: Meta, { lost, notes }: Findings): Generator<SalvagedRow> {
  const used = new Set<number>();
  const torn: (Place & { readonly problem: string })[] = [];
  const { root, depth } = meta.main;
  const waiting: Place[] =
    root === undefined ? [] : [{ page: root, level: 1, from: undefined, to: undefined }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { page, level } = place;
    const kind = level < depth ? 'branch' : 'leaf';
    const bytes = readPage(file, meta, page);
    const problem = used.has(page)
      ? `page ${page} is in two places`
      : bytes === undefined
        ? `the file ends before its page ${page}`
        : faultOf(bytes, 0, { page, kind, meta });
    used.add(page);
    if (problem !== undefined) {
      torn.push({ ...place, problem });
      if (kind === 'leaf' && bytes !== undefined) yield* fragmentsOf(bytes, place);
    } else if (kind === 'branch') waiting.push(...childrenOf(bytes!, place).reverse());
    else yield* rowsOf(file, meta, bytes!, { place, lost, used });
  }
  if (torn.length > 0) yield* orphans(file, meta, { torn, used, lost, notes });
}

function childrenOf(bytes: Buffer, { level, from, to }: Place): Place[] {
  const children: Place[] = [];
  for (let i = 0; i < entriesIn(bytes, 0); i++) {
    const { page, key } = childAt(bytes, i);
    const next = i + 1 < entriesIn(bytes, 0) ? childAt(bytes, i + 1).key : to;
    children.push({ page, level: level + 1, from: i === 0 ? from : key, to: next });
  }
  return children;
}

/**
 * What a damaged leaf still has: rows whose bounds are within it, whose keys belong there, and
 * whose texts can be read.
 */
function* fragmentsOf(bytes: Buffer, place: Place): Generator<SalvagedRow> {
  if (place.from === undefined && place.to === undefined) return;
  const most = (bytes.length - headerBytes) / 2;
  for (let i = 0; i < Math.min(entriesIn(bytes, 0), most); i++) {
    const row = fragmentAt(bytes, i);
    if (row !== undefined && !isOutside(row.key, place)) yield row;
  }
}

function fragmentAt(bytes: Buffer, i: number): SalvagedRow | undefined {
  try {
    const { keyFrom, keyTo, valueTo, isBig } = boundsAt(bytes, 0, i);
    if (isBig || valueTo > bytes.length || keyTo + versionBytes >= valueTo) return undefined;
    const text = textOf(bytes.subarray(keyTo, valueTo));
    return text === undefined
      ? undefined
      : { key: Buffer.from(bytes.subarray(keyFrom, keyTo)), text };
  } catch {
    return undefined; // a bound is outside of the page
  }
}

/** Bytes of one page; undefined where the file ends before. */
function readPage(file: PageFile, { pageBytes }: Meta, page: number): Buffer | undefined {
  const bytes = file.read(page * pageBytes, pageBytes);
  return bytes.length === pageBytes ? bytes : undefined;
}

type RowsReading = {
  readonly place: Place;
  readonly lost: LostRange[];
  readonly used: Set<number>;
};

/** The rows of a leaf without a fault. One whose text cannot be read is lost alone. */
function* rowsOf(
  file: PageFile,
  meta: Meta,
  bytes: Buffer,
  { place, lost, used }: RowsReading,
): Generator<SalvagedRow> {
  for (let i = 0; i < entriesIn(bytes, 0); i++) {
    const { keyFrom, keyTo, valueTo } = boundsAt(bytes, 0, i);
    const key = Buffer.from(bytes.subarray(keyFrom, keyTo));
    const big = bigValueAt(bytes, 0, i);
    const value = big === undefined ? bytes.subarray(keyTo, valueTo) : bigValue(file, meta, big);
    if (big !== undefined) markUsed(used, big, file.bytes / meta.pageBytes);
    const text = value && textOf(value);
    const problem =
      text === undefined
        ? `page ${big?.page ?? place.page} has a row that is overwritten`
        : isOutside(key, place)
          ? `page ${place.page} has a row that does not belong there`
          : undefined;
    if (problem === undefined) yield { key, text: text! };
    else lost.push({ from: key, to: key, problem });
  }
}

/** A damaged row may name more pages than there are. */
function markUsed(used: Set<number>, { page, pages }: BigValue, pagesInFile: number): void {
  const end = Math.min(page + pages, pagesInFile);
  for (let n = page; n < end; n++) used.add(n);
}

const isOutside = (key: Buffer, { from, to }: Pick<Place, 'from' | 'to'>) =>
  !key.includes(0) ||
  (from !== undefined && Buffer.compare(key, from) < 0) ||
  (to !== undefined && Buffer.compare(key, to) >= 0);

function bigValue(file: PageFile, meta: Meta, { page, bytes }: BigValue): Buffer | undefined {
  if (bytes > file.bytes) return undefined;
  const read = file.read(page * meta.pageBytes, headerBytes + bytes);
  if (read.length < headerBytes + bytes) return undefined;
  const fault = headerFault(read, 0, { page, kind: 'overflow', meta });
  return fault === undefined ? read.subarray(headerBytes) : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined where it is no JSON any more: every row's value is one. */
function textOf(value: Buffer): string | undefined {
  try {
    const text = utf8.decode(value.subarray(versionBytes));
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

type Orphans = Findings & {
  readonly torn: readonly (Place & { readonly problem: string })[];
  readonly used: Set<number>;
};

/**
 * Leaves whose way from the root is torn. Of two that have one row, the later one is right. Where
 * it is not known which pages are free, some of them are of earlier states.
 */
function* orphans(
  file: PageFile,
  meta: Meta,
  { torn, used, lost, notes }: Orphans,
): Generator<SalvagedRow> {
  const tornBranches = torn.filter(({ level }) => level < meta.main.depth);
  lost.push(...torn.filter((place) => !tornBranches.includes(place)));
  if (tornBranches.length === 0) return;
  const free = freePages(file, meta);
  if (free === undefined)
    notes.push('which pages are free cannot be read: rows that were removed may be back');
  const found = new Map<string, { readonly row: SalvagedRow; readonly txn: number }>();
  const pages = Math.floor(file.bytes / meta.pageBytes);
  for (let page = 2; page < pages; page++) {
    if (used.has(page) || free?.has(page)) continue;
    const bytes = readPage(file, meta, page);
    if (bytes === undefined || bytes.readUInt16LE(18) !== pageKinds.leaf) continue;
    if (faultOf(bytes, 0, { page, kind: 'leaf', meta }) !== undefined) continue;
    const first = boundsAt(bytes, 0, 0);
    const place = tornBranches.find(
      (one) => !isOutside(bytes.subarray(first.keyFrom, first.keyTo), one),
    );
    if (place === undefined) continue;
    const txn = numberAt(bytes, 8);
    for (const row of rowsOf(file, meta, bytes, { place, lost: [], used })) {
      const id = row.key.toString('latin1');
      if ((found.get(id)?.txn ?? -1) < txn) found.set(id, { row, txn });
    }
  }
  for (const { row } of found.values()) yield row;
  for (const { from, to, problem } of tornBranches)
    lost.push({ from, to, problem: `${problem}; rows found elsewhere are not lost` });
}

/** Undefined where it cannot be known. */
function freePages(file: PageFile, meta: Meta): Set<number> | undefined {
  const free = new Set<number>();
  const { root, depth } = meta.free;
  let level = root === undefined ? [] : [root];
  for (let at = 1; at <= depth; at++) {
    const next: number[] = [];
    for (const page of level) {
      // The tree's own pages.
      free.add(page);
      const bytes = readPage(file, meta, page);
      const kind = at < depth ? 'branch' : 'leaf';
      if (bytes === undefined || faultOf(bytes, 0, { page, kind, meta }) !== undefined)
        return undefined;
      for (let i = 0; i < entriesIn(bytes, 0); i++) {
        if (kind === 'branch') {
          next.push(childAt(bytes, i).page);
          continue;
        }
        const { keyTo, valueTo } = boundsAt(bytes, 0, i);
        const big = bigValueAt(bytes, 0, i);
        const list = big === undefined ? bytes.subarray(keyTo, valueTo) : bigValue(file, meta, big);
        const runs = list && freeRuns(list);
        if (runs === undefined) return undefined;
        if (big !== undefined) addRun(free, big, meta);
        for (const run of runs) addRun(free, run, meta);
      }
    }
    level = next;
  }
  return free;
}

function addRun(
  free: Set<number>,
  { page, pages }: { readonly page: number; readonly pages: number },
  { lastPage }: Meta,
): void {
  for (let at = page; at < page + pages && at <= lastPage; at++) free.add(at);
}
