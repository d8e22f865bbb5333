import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Meta, metaOf, pageSizes } from './format.ts';

/** An LMDB file, read page by page. It is never mapped and never written. */
export type PageFile = {
  readonly bytes: number;
  /**
   * Some pages' bytes, in a buffer of the caller's own; fewer where the file ends before. A damaged
   * page may name any place: behind the end there is nothing.
   */
  read(firstByte: number, bytes: number): Buffer;
  close(): void;
};

export function openPageFile(path: string): PageFile {
  const file = openSync(path, 'r');
  return {
    get bytes() {
      return fstatSync(file).size;
    },
    read(firstByte, bytes) {
      if (firstByte > Number.MAX_SAFE_INTEGER) return Buffer.alloc(0);
      const buffer = Buffer.allocUnsafe(bytes);
      let filled = 0;
      while (filled < bytes) {
        const more = readSync(file, buffer, filled, bytes - filled, firstByte + filled);
        if (more === 0) break;
        filled += more;
      }
      return buffer.subarray(0, filled);
    },
    close: () => closeSync(file),
  };
}

const metaBytes = 168;

/**
 * Both metas; undefined for one that is damaged. Where the first one is, the other may be at any
 * page size.
 */
export function readMetas(file: PageFile): [Meta | undefined, Meta | undefined] {
  const first = metaOf(file.read(0, metaBytes));
  const sizes = first === undefined ? pageSizes : [first.pageBytes];
  for (const size of sizes) {
    const second = metaOf(file.read(size, metaBytes));
    if (second?.pageBytes === size) return [first, second];
  }
  return [first, undefined];
}

export function newest(metas: readonly (Meta | undefined)[]): Meta | undefined {
  let found: Meta | undefined;
  for (const meta of metas)
    if (meta !== undefined && (found === undefined || meta.txn > found.txn)) found = meta;
  return found;
}
