import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Encoding } from '../http/compress.ts';
import type { Page } from '../http/world.ts';

/** Pages name their files and each other from the root: here below `base`, which they know. */
export function below(base: string, pages: ReadonlyMap<string, Page>): ReadonlyMap<string, Page> {
  const moved = [...pages].map(([path, page]): [string, Page] => {
    if (!path.endsWith('.html')) return [path, page];
    const text = Buffer.from(page.body)
      .toString()
      .replaceAll(/ (href|src)="\//g, ` $1="${base}/`)
      .replace('<html', `<html data-base="${base}"`);
    const body = new Uint8Array(Buffer.from(text));
    // A proxy may compress it; they are short.
    return [path, { ...page, body, encoded: new Map() }];
  });
  return new Map(moved);
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.json': 'application/json',
  '.ico': 'image/x-icon',
};

const suffixes: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

const read = (file: string) => new Uint8Array(readFileSync(file));

function readEncoded(file: string): Page['encoded'] {
  const encoded = new Map<Encoding, Uint8Array<ArrayBuffer>>();
  for (const [encoding, suffix] of suffixes)
    if (existsSync(file + suffix)) encoded.set(encoding, read(file + suffix));
  return encoded;
}

/**
 * The files of a built dashboard, by path. Those under `/assets/` have their content's hash in
 * their name. They are hundreds, and each is small: read one after the other, before anything is
 * served, they cost a third of the time that they take as promises.
 */
export function readPages(folder: string): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    if (/\.(br|gz)$/.test(entry.name)) continue; // read beside the file that it is of
    const file = join(entry.parentPath, entry.name);
    const path = `/${file.slice(folder.length).split(/[/\\]/).filter(Boolean).join('/')}`;
    pages.set(path, {
      body: read(file),
      encoded: readEncoded(file),
      type: types[extname(entry.name)] ?? 'application/octet-stream',
      immutable: path.startsWith('/assets/'),
    });
  }
  return pages;
}
