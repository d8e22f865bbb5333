import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Encoding } from '../http/compress.ts';
import type { Page } from '../http/world.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.ico': 'image/x-icon',
};

const suffixes: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

async function readEncoded(file: string): Promise<Page['encoded']> {
  const encoded = new Map<Encoding, Uint8Array<ArrayBuffer>>();
  for (const [encoding, suffix] of suffixes)
    if (existsSync(file + suffix))
      encoded.set(encoding, new Uint8Array(await readFile(file + suffix)));
  return encoded;
}

/**
 * The files of a built dashboard, by path. Those under `/assets/` have their content's hash in
 * their name.
 */
export async function readPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    if (/\.(br|gz)$/.test(entry.name)) continue; // read beside the file that it is of
    const file = join(entry.parentPath, entry.name);
    const path = `/${file.slice(folder.length).split(/[/\\]/).filter(Boolean).join('/')}`;
    pages.set(path, {
      body: new Uint8Array(await readFile(file)),
      encoded: await readEncoded(file),
      type: types[extname(entry.name)] ?? 'application/octet-stream',
      immutable: path.startsWith('/assets/'),
    });
  }
  return pages;
}
