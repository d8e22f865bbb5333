import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** From the top down: a folder imports from its own layer's line and below, never from above. */
const layers = [
  ['entry'],
  ['http'],
  ['collect', 'report', 'exchange'],
  ['account'],
  ['close'],
  ['journal', 'ledger'],
  ['home'],
  ['lib'],
];

/** Packages that one place alone may know. */
const homesOfPackages: Readonly<Record<string, string>> = {
  '@duckdb/': 'journal/duckdb',
  lmdb: 'home/machine/',
  '@aws-sdk/': 'home/aws/',
  hono: 'http/|entry/',
  '@hono/': 'http/|entry/',
  commander: 'entry/',
};

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('contract'))
  .map((file) => file.replaceAll('\\', '/'));

/** What a file imports: `typeOnly` where nothing of it is left when it runs. */
function importsOf(text: string): { readonly from: string; readonly typeOnly: boolean }[] {
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/g,
  );
  return [...found].map(([, type, from, dynamic]) => ({
    from: (from ?? dynamic)!,
    typeOnly: type !== undefined,
  }));
}

const layerOf = (file: string) => layers.findIndex((layer) => layer.includes(file.split('/')[0]!));

/** The rules a file breaks, in words. */
function breaches(file: string, text: string): string[] {
  const broken: string[] = [];
  for (const { from, typeOnly } of importsOf(text)) {
    if (from.startsWith('.')) {
      const target = relative(src, join(src, dirname(file), from)).replaceAll('\\', '/');
      if (target.startsWith('..')) continue;
      const up = layerOf(target) < layerOf(file);
      const type = typeOnly && target === 'collect/hit.ts'; // the shape of what the journal holds
      if (up && !type) broken.push(`${file} imports ${target}, which is above it`);
      const intoHome = /^home\/(machine|aws)\//.test(target) && !file.startsWith('home/');
      if (intoHome && !file.startsWith('entry/')) broken.push(`${file} picks a home: ${target}`);
    } else {
      for (const [name, place] of Object.entries(homesOfPackages)) {
        const named = name.endsWith('/')
          ? from.startsWith(name)
          : from === name || from.startsWith(`${name}/`);
        if (named && !typeOnly && !new RegExp(`^(${place})`).test(file))
          broken.push(`${file} imports ${from}`);
      }
    }
  }
  return broken;
}

test('imports point down only, and each heavy package is known in one place', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
  expect(files.flatMap((file) => breaches(file, readFileSync(join(src, file), 'utf8')))).toEqual([]);
});

describe('the rules catch', () => {
  test.each([
    ['journal/append.ts', "import { collect } from '../collect/collect.ts';"],
    ['collect/collect.ts', "import { createApp } from '../http/app.ts';"],
    ['report/plan.ts', "import { DuckDBInstance } from '@duckdb/node-api';"],
    ['journal/read.ts', "import { open } from 'lmdb';"],
    ['http/app.ts', "const home = await import('../home/machine/machine.ts');"],
  ])('%s: %s', (file, text) => expect(breaches(file, text)).toHaveLength(1));
});

test('nothing reads the clock or chance by itself but the entries', () => {
  const globals = /\bDate\.now\(\)|Math\.random\(|new Date\(\)|process\.env\b/;
  const offenders = files.filter(
    (file) =>
      !file.startsWith('entry/') &&
      globals.test(readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
  );
  expect(offenders).toEqual([]);
});
