import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
const read = (file: string) => readFileSync(file, 'utf8');

/** Packages of whose files the pictures and the map are made, and what must be said of them. */
const drawnFrom: Readonly<Record<string, string>> = {
  'country-flag-icons': 'The flags of countries.',
  'simple-icons':
    'The logos before sources, browsers and systems. They are trade marks of their owners, who ' +
    'do not endorse Daybook.',
  'world-atlas':
    "The map of the world, made of Natural Earth's data, which are in the public domain.",
};

/** The licences that may be built in, by their names in packages. */
const permissive = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'CC0-1.0'];

/**
 * The notices of all that is built into the pages: of each package its name, its version, and its
 * licence in full. `built` are the paths of the files that were built in.
 */
export function noticesOf(built: readonly string[]): string {
  const names = built.flatMap((path) => {
    const [, inModules] = path
      .replaceAll('\\', '/')
      .split(/\/node_modules\/(?!.*\/node_modules\/)/);
    return inModules === undefined ? [] : [packageOf(inModules)];
  });
  const all = [...new Set([...names, ...Object.keys(drawnFrom)])].sort();
  return [
    "Daybook's pages contain these works of others, under the licences below.\n",
    ...all.map(noticeOf),
  ].join(`\n${'-'.repeat(78)}\n\n`);
}

const packageOf = (path: string) => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

function noticeOf(name: string): string {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(read(join(folder, 'package.json'))) as Record<
    string,
    string
  >;
  if (!permissive.includes(license ?? ''))
    throw new Error(`${name} is under ${license}: expected one of ${permissive.join(', ')}`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e\b/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no file with its licence`);
  const what = drawnFrom[name];
  return [
    `${name} ${version} (${license})\n`,
    ...(what === undefined ? [] : [`${what}\n`]),
    read(join(folder, file)).trim(),
    '',
  ].join('\n');
}
