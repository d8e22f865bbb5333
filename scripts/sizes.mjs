// Prints the size of each built page, gzipped; fails where a page's JavaScript is over its limit.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limits = { 'index.html': 75_000, 'sign-in.html': 3_000, 'visualization.html': 3_000 };
const folder = fileURLToPath(new URL('../dist/dashboard/', import.meta.url));
const gzipped = (path) => gzipSync(readFileSync(folder + path), { level: 9 }).length;

for (const page of readdirSync(folder).filter((name) => name.endsWith('.html'))) {
  const html = readFileSync(folder + page, 'utf8');
  const assets = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path);
  const sum = (ending) =>
    assets
      .filter((path) => path.endsWith(ending))
      .reduce((bytes, path) => bytes + gzipped(path), 0);
  const js = sum('.js');
  const limit = limits[page] ?? 3_000;
  const verdict = js <= limit ? `of ${limit} allowed` : `OVER the ${limit} allowed`;
  process.stdout.write(`${page}: JavaScript ${js} bytes gzip ${verdict}, CSS ${sum('.css')}\n`);
  if (js > limit) process.exitCode = 1;
}
