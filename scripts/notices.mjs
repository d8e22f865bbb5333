import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file) => readFileSync(file, 'utf8');

/** The licences that may be built in, by their names in packages. */
const permissive = [
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Apache-2.0',
    'CC0-1.0',
    'Unlicense',
  ],
  // Where there is a choice, the permissive one is taken.
  ...['MIT OR Apache-2.0', '(BSD-3-Clause OR GPL-2.0)'],
];

/**
 * The notices of works that are built in: of each package its name, its version, and its licence in
 * full where it contains it. `built` are the paths of the files that were built in; `about` says more of some packages.
 */
export function noticesOf(built, title, about = {}) {
  const folders = new Map();
  for (const path of built) {
    const [, folder, name] =
      /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path.replaceAll('\\', '/')) ?? [];
    if (name !== undefined) folders.set(folder, name);
  }
  const all = [...folders].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [`${title}\n`, ...all.map(([folder, name]) => noticeOf(folder, about[name]))].join(
    `\n${'-'.repeat(78)}\n\n`,
  );
}

function noticeOf(folder, what) {
  const { name, version, license, author, repository } = JSON.parse(
    read(join(folder, 'package.json')),
  );
  if (!permissive.includes(license ?? ''))
    throw new Error(`${name} is under ${license}: expected one of ${permissive.join(', ')}`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e\b/i.test(entry));
  const by = [author?.name ?? author, repository?.url ?? repository].filter(Boolean);
  if (file === undefined && by.length === 0)
    throw new Error(`${name} has no file with its licence, and names no author`);
  return [
    `${name} ${version} (${license})\n`,
    ...(what === undefined ? [] : [`${what}\n`]),
    file === undefined
      ? `It contains no file with its licence. By ${by.join(', ')}.`
      : read(join(folder, file)).trim(),
    '',
  ].join('\n');
}
