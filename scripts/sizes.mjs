// Prints the size of each built page, gzipped, of what pages load later, and of the tracker by its
// parts; fails where one is over its limit. (Those of the scripts are in test/sizes.)
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle, partNames, scripts } from '../tracker/builds.mjs';

const limits = { 'index.html': 75_000, 'sign-in.html': 3_500, 'sign-up.html': 4_000 };
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

/** What is loaded when it is shown first, by the beginning of its name. */
const later = { 'world-map': 25_000, loaded: 4_000, pictures: 75_000 };

for (const file of readdirSync(`${folder}assets`)) {
  const [, name, ending] = /^(.+?)-[\w-]{8}\.(js|svg)$/.exec(file) ?? [];
  const limit = later[name];
  if (limit === undefined) continue;
  const bytes = gzipped(`assets/${file}`);
  const verdict = bytes <= limit ? `of ${limit} allowed` : `OVER the ${limit} allowed`;
  process.stdout.write(`loaded later: ${name}.${ending} ${bytes} bytes gzip ${verdict}\n`);
  if (bytes > limit) process.exitCode = 1;
}

const sizeWith = async (entry, parts) => gzipSync(await bundle(entry, parts), { level: 9 }).length;

for (const [name, { entry, parts }] of Object.entries(scripts))
  process.stdout.write(`tracker: ${name} ${await sizeWith(entry, parts)} bytes gzip\n`);

/** What each part takes beside the least, and what would be gone without it. */
const { entry } = scripts['daybook.v1.js'];
const [least, all] = [await sizeWith(entry, []), await sizeWith(entry, partNames)];
for (const name of partNames) {
  const alone = (await sizeWith(entry, [name])) - least;
  const of =
    all -
    (await sizeWith(
      entry,
      partNames.filter((other) => other !== name),
    ));
  process.stdout.write(`tracker: part ${name} ${alone} bytes alone, ${of} of all\n`);
}
