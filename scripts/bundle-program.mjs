// Bundles the program into dist/program: what is installed, and what `daybook` starts. Packages of
// JavaScript alone are built in, only the parts of them that are used, in the versions that were
// tested. What has binaries or data stays a dependency. Fewer files also load faster: a report
// process of 330 files took twice as long to start.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import UserAgent from 'user-agents';
import { noticesOf } from './notices.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = `${root}src/`;
const out = `${root}dist/program/`;

/** Each process of ours, and what other programs import. */
const entries = [
  'entry/cli/cli',
  'entry/embed',
  'entry/server/report-process',
  'entry/server/close-process',
  'entry/server/backup-process',
  'entry/server/sql-process',
  'entry/rescue/probe-process',
];

/** The dependencies are what is not built in: binaries with the packages that find them, data. */
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/**
 * A module finds its neighbours by `import.meta.url` as if it were in a file of its own: entries
 * are where they are in src/, chunks are not.
 */
const ownUrls = {
  name: 'own-urls',
  transform: {
    filter: { id: /\/src\/.+\.ts$/, code: 'import.meta.url' },
    handler: (code, id) =>
      code.replaceAll(
        'import.meta.url',
        `__ownUrl('${id.replaceAll('\\', '/').slice(sources.length).replace(/ts$/, 'js')}')`,
      ),
  },
  renderChunk: (code, { fileName }) =>
    code.replaceAll(/__ownUrl\(["']([^"')]+)["']\)/g, (_, module) => {
      const path = posix.relative(dirname(fileName), module);
      return `new URL(${JSON.stringify(path)}, import.meta.url).href`;
    }),
};

/** The demo takes the commonest 400 of 10,000: the others stay away. */
const commonAgents = {
  name: 'common-agents',
  load: {
    filter: { id: /\/user-agents\.json$/ },
    handler: () => ({ code: JSON.stringify(UserAgent.top(400)), moduleType: 'json' }),
  },
};

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `${sources}${name}.ts`])),
  platform: 'node',
  external: Object.keys(dependencies),
  plugins: [ownUrls, commonAgents],
  logLevel: 'warn',
  checks: { eval: false },
});
rmSync(out, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: out,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'parts/[name]-[hash].js',
});
await bundle.close();

const built = output.flatMap((part) => part.moduleIds ?? []);
writeFileSync(
  `${out}notices.txt`,
  noticesOf(built, 'The program contains these works of others, under the licences below.'),
);

// Benches and tests that use dist/src start the processes that are installed.
for (const name of entries.filter((entry) => entry.endsWith('-process')))
  writeFileSync(`${root}dist/src/${name}.js`, `import '../../../program/${name}.js';\n`);
