import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '../disk.ts';

/**
 * A file at hand. Each has a path of its own, so that one that is replaced stays whole for those
 * who read it.
 */
export type Cached = { readonly path: string; readonly bytes: number };

type Entry = Cached & { pins: number; usedAt: number; current: boolean };

export type Cache = {
  /** A path in the folder that nothing has used yet. */
  newPath(ending: string): string;
  /** Takes the file at that path in as the present one of its name. */
  take(name: string, file: Cached): void;
  /** Holds the present file of a name until it is released; undefined where there is none. */
  pin(name: string): { path: string; release(): void } | undefined;
  /**
   * The name has no present file any more; one that is held stays at its path until it is released.
   */
  drop(name: string): void;
  /** Of all files, those that are held included. */
  bytes(): number;
};

/**
 * Local copies of files, least recently used first out while all are above `maxBytes`; those in use
 * stay.
 */
export function openCache(folder: string, maxBytes: number): Cache {
  const present = new Map<string, Entry>();
  let total = 0;
  let uses = 0;

  function remove(entry: Entry): void {
    total -= entry.bytes;
    // Should it stay, the next process removes it with the folder.
    rm(entry.path, { force: true }).catch(() => {});
  }

  function retire(name: string): void {
    const entry = present.get(name);
    if (entry === undefined) return;
    present.delete(name);
    entry.current = false;
    if (entry.pins === 0) remove(entry);
  }

  function shrink(): void {
    if (total <= maxBytes) return;
    const idle = [...present]
      .filter(([, { pins }]) => pins === 0)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [name] of idle) {
      if (total <= maxBytes) return;
      retire(name);
    }
  }

  return {
    newPath: (ending) => join(folder, temporaryName(ending)),
    take(name, { path, bytes }) {
      retire(name);
      present.set(name, { path, bytes, pins: 0, usedAt: ++uses, current: true });
      total += bytes;
    },
    pin(name) {
      const entry = present.get(name);
      if (entry === undefined) return undefined;
      entry.pins++;
      entry.usedAt = ++uses;
      // Now, not before: what was just taken in must not go out before it is held.
      shrink();
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        if (--entry.pins > 0) return;
        if (entry.current) shrink();
        else remove(entry);
      };
      return { path: entry.path, release };
    },
    drop: retire,
    bytes: () => total,
  };
}

export type Summary = { readonly bytes: number; readonly sha256: string; readonly md5: string };

/** Size, SHA-256 (hex) and MD5 (base64, as `Content-MD5` wants it) of a file. */
export async function summarize(path: string): Promise<Summary> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    sha256.update(chunk as Buffer);
    md5.update(chunk as Buffer);
  }
  const { size: bytes } = await stat(path);
  return { bytes, sha256: sha256.digest('hex'), md5: md5.digest('base64') };
}
