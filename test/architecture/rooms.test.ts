import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** From the bottom up: what each room of `src/` may import besides itself. */
const mayImport: Readonly<Record<string, string>> = {
  lib: '',
  model: 'lib',
  duck: 'lib',
  home: 'lib',
  account: 'lib model home',
  journal: 'lib model home',
  visits: 'lib model duck',
  ledger: 'lib model duck home visits',
  days: 'lib model duck home journal visits ledger',
  collect: 'lib model home account journal',
  close: 'lib model duck home account journal visits ledger days',
  report: 'lib model duck account visits days',
  sql: 'lib model duck home days',
  exchange: 'lib model duck home account journal days',
  backup: 'lib model home ledger',
  notify: 'lib model home account report',
  http: 'lib model home account journal days collect close report sql notify',
  entry:
    'lib model duck home account journal visits ledger days collect close report sql exchange backup ' +
    'notify http',
};
const rooms = Object.keys(mayImport);

/** Packages that one place alone may know. */
const placeOfPackage: Readonly<Record<string, RegExp>> = {
  '@duckdb': /^duck\//,
  lmdb: /^home\/machine\//,
  '@aws-sdk': /^home\/aws\//,
  hono: /^(http|entry)\//,
  '@hono': /^(http|entry)\//,
  commander: /^entry\/cli\//,
  yaml: /^entry\/(settings|sites-file|cli)\//,
  '@node-rs': /^account\/sign-in\//,
  '@simplewebauthn': /^account\/sign-in\//,
  'openid-client': /^account\/sign-in\//,
  'prom-client': /^entry\/metrics\//,
  nodemailer: /^notify\/channels\//,
  uqr: /^account\/sign-in\//,
};

/** The files that open the ledger's files and read their columns, which every selection needs. */
const opensLedgerFiles = /^ledger\/(open-files|checked-file|columns|rolled-rows)\.ts$/;

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const sources: ReadonlyMap<string, string> = new Map(
  files.map((file) => [file, readFileSync(join(src, file), 'utf8')]),
);

const roomOf = (file: string) => file.split('/')[0]!;
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

/** The three ways to import: `from '…'`, `import('…')`, and `import '…'` alone. */
const imports = [
  /(?:^|\n)(?:import|export)\s[^'";]*?from\s+'([^']+)'/,
  /import\('([^']+)'\)/,
  /(?:^|\n)import '([^']+)'/,
];
const anyImport = new RegExp(imports.map(({ source }) => source).join('|'), 'g');

/** What a file imports, types included. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(anyImport)].map(([, from, dynamic, bare]) => (from ?? dynamic ?? bare)!);

/** The files of `src/` that a file imports, as paths in it. */
const filesImported = (file: string, text: string): string[] =>
  importsOf(text)
    .filter((from) => from.startsWith('.'))
    .map((from) => relative(src, join(src, dirname(file), from)).replaceAll('\\', '/'));

const packagesImported = (text: string): string[] =>
  importsOf(text)
    .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
    .map((from) => from.split('/')[0]!);

/** The rules that a file's imports break, in words. */
function brokenImports(file: string, text: string): string[] {
  const room = roomOf(file);
  const allowed = [room, ...(mayImport[room] ?? '').split(' ')];
  const broken: string[] = [];
  for (const target of filesImported(file, text)) {
    if (!allowed.includes(roomOf(target))) broken.push(`${file} imports ${target}`);
    if (/^home\/(machine|aws)\//.test(target) && !['home', 'entry'].includes(room))
      broken.push(`${file} picks a home: ${target}`);
    if (opensLedgerFiles.test(target) && !['ledger', 'days', 'close'].includes(room))
      broken.push(`${file} reads the ledger's files: ${target}`);
  }
  for (const name of packagesImported(text)) {
    const place = placeOfPackage[name];
    if (place !== undefined && !place.test(file)) broken.push(`${file} imports ${name}`);
  }
  return broken;
}

/** What of the world around it a file reads by itself: time, chance, the environment. */
function brokenArguments(file: string, text: string): string[] {
  const room = roomOf(file);
  const code = withoutComments(text);
  const always = [/\bMath\.random\b/, /\bDate\.now\(\)/, /\bnew Date\(\)/, /\bprocess\.env\b/];
  const belowHome = [
    /\bperformance\./,
    /\brandom(?:Bytes|Int|UUID|FillSync|Fill)\b/,
    /\bgetRandomValues\b/,
    /\bhrtime\b/,
  ];
  if (room === 'entry' || file.startsWith('home/contract/')) return [];
  return [...always, ...(room === 'home' ? [] : belowHome)]
    .filter((name) => name.test(code))
    .map((name) => `${file} contains ${name.source}`);
}

/** Circles among files that import each other, each as the files in it. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) circles.push(path.slice(at));
    if (at !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

test('every file is in a room that exists', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => !rooms.includes(roomOf(file)))).toEqual([]);
});

test('a room may import only from rooms below it', () => {
  for (const [i, room] of rooms.entries()) {
    const above = (mayImport[room] ?? '')
      .split(' ')
      .filter((name) => name !== '' && !rooms.slice(0, i).includes(name));
    expect([room, above]).toEqual([room, []]);
  }
});

test('no file imports what its room may not, types included', () => {
  expect([...sources].flatMap(([file, text]) => brokenImports(file, text))).toEqual([]);
});

test('no files import each other in a circle', () => {
  const imports = new Map([...sources].map(([file, text]) => [file, filesImported(file, text)]));
  expect(circlesOf(imports)).toEqual([]);
});

test('below the entries, time, chance and the environment are arguments', () => {
  expect([...sources].flatMap(([file, text]) => brokenArguments(file, text))).toEqual([]);
});

test('every room begins with a README', () => {
  for (const room of rooms) {
    const text = readFileSync(join(src, room, 'README.md'), 'utf8');
    expect(text).toMatch(new RegExp(`^# ${room}\n`));
    expect(text).toMatch(/may import/i);
    expect(text).toMatch(/start reading/i);
  }
});

describe('the rules catch', () => {
  test.each([
    ['journal/append.ts', "import { collect } from '../collect/collect.ts';"],
    ['journal/append.ts', "import type { Hit } from '../report/report.ts';"],
    ['journal/append.ts', "import { readMonth } from '../ledger/manifest.ts';"],
    ['collect/collect.ts', "import { createApp } from '../http/app.ts';"],
    ['collect/collect.ts', "export { report } from '../report/report.ts';"],
    ['report/plan/plan.ts', "import { DuckDBInstance } from '@duckdb/node-api';"],
    ['journal/read.ts', "import { open } from 'lmdb';"],
    ['http/app.ts', "const home = await import('../home/machine/machine.ts');"],
    ['exchange/export-day.ts', "import { openLedgerFiles } from '../ledger/open-files.ts';"],
  ])('%s: %s', (file, text) => expect(brokenImports(file, text)).not.toEqual([]));

  test.each([
    ['days/read-days.ts', 'const endMs = performance.now();'],
    ['home/keys.ts', 'const nowMs = Date.now();'],
    ['close/close-day.ts', "import { randomBytes } from 'node:crypto';"],
    ['http/app.ts', "const level = process.env['DAYBOOK_LOG'];"],
  ])('%s: %s', (file, text) => expect(brokenArguments(file, text)).not.toEqual([]));

  test('a circle of three', () => {
    const imports = { a: ['b'], b: ['c'], c: ['a'], d: ['a'] };
    expect(circlesOf(new Map(Object.entries(imports)))).toEqual([['a', 'b', 'c']]);
  });
});
