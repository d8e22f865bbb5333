import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
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

/**
 * The files of a built dashboard, by path. Those under `/assets/` have their content's hash in
 * their name.
 */
export async function readPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${file.slice(folder.length).split(/[/\\]/).filter(Boolean).join('/')}`;
    pages.set(path, {
      body: new Uint8Array(await readFile(file)),
      type: types[extname(entry.name)] ?? 'application/octet-stream',
      immutable: path.startsWith('/assets/'),
    });
  }
  return pages;
}
