import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** All files below a folder with that ending, as paths from the root. */
function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => ending.test(file) && !/(^|\/)(node_modules|dist|fixtures)\//.test(file));
}

const topLevel = readdirSync(root);
const pages = [
  ...topLevel.filter((file) => file.endsWith('.md')),
  ...['docs', 'src', 'test', 'clients', 'deploy'].flatMap((folder) => filesBelow(folder, /\.md$/)),
];
/** Documents that name files of the project. */
const maps = pages.filter((page) =>
  /^(ARCHITECTURE|CONTRIBUTING)|^docs\/internals|^src\//.test(page),
);
const sources = ['src', 'test', 'bench', 'tracker', 'dashboard', 'clients'].flatMap((folder) =>
  filesBelow(folder, /\.(ts|tsx|mjs)$/),
);

/**
 * The lines that are too long, as `file:line`. In a test, a line may be longer for one title or one
 * datum (a user agent, a line of a log), which would be harder to read in pieces.
 */
const tooLong = (file: string, text = read(file)): string[] =>
  text
    .split('\n')
    .flatMap((line, i) =>
      [...line].length > 100 && !(isTest(file) && longText.test(line)) ? [`${file}:${i + 1}`] : [],
    );

const isTest = (file: string) => /^test\/|\.test\.ts$/.test(file);
const longText = /(['"`/])(?:(?!\1)[^\\]|\\.){40,}|Mozilla\/[45]\.0 \(/;

/** The files of the project that a document names in code spans: `src/a.ts`, `a/b.ts`, `c.ts`. */
function namedFiles(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\s]+)`/g)].map(([, span]) => span!);
  return spans.filter((span) => /^[\w.-]+(\/[\w.-]+)*(\/|\.(ts|tsx|mjs|cjs|md))$/.test(span));
}

/**
 * Whether a name is that of a file or folder: from the root, from `src`, or beside the document.
 */
function exists(name: string, page: string): boolean {
  const room = /^docs\/internals\/([a-z]+)/.exec(page)?.[1] ?? '';
  const folders = [
    '',
    'src',
    dirname(page),
    `src/${room}`,
    'src/entry',
    'src/http',
    'src/home/aws',
  ];
  return [...folders, 'src/entry/lambda'].some((folder) => existsSync(join(root, folder, name)));
}

test('ARCHITECTURE.md is short enough to be read: 1,500 words', () => {
  expect(read('ARCHITECTURE.md').split(/\s+/).length).toBeLessThanOrEqual(1_500);
});

test('every file that a map of the project names is there', () => {
  expect(maps.length).toBeGreaterThan(25);
  const missing = maps.flatMap((page) =>
    namedFiles(read(page))
      .filter((name) => !exists(name, page))
      .map((name) => `${page} names ${name}`),
  );
  expect(missing).toEqual([]);
});

const withoutCode = (text: string) => text.replace(/^```.*?^```/gms, '');

test('every link between documents leads to a file', () => {
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .filter(([, to]) => !existsSync(join(root, dirname(page), to!)))
      .map(([, to]) => `${page} links to ${to}`),
  );
  expect(broken).toEqual([]);
});

test('no line is over 100 characters, neither in documents nor in code', () => {
  expect([...pages, ...sources].flatMap((file) => tooLong(file))).toEqual([]);
});

test('every room has its page, or is one of the two that need none', () => {
  const rooms = readdirSync(join(root, 'src')).filter((room) => !['lib', 'model'].includes(room));
  const internals = read('docs/internals/README.md');
  expect(rooms.filter((room) => !new RegExp(`\\b${room}\\b`).test(internals))).toEqual([]);
});

describe('the rules catch', () => {
  test('a name of no file', () => {
    expect(namedFiles('see `src/report/report.ts` and `src/gone.ts`, not `SELECT 1`')).toEqual([
      'src/report/report.ts',
      'src/gone.ts',
    ]);
    expect(exists('src/gone.ts', 'ARCHITECTURE.md')).toBe(false);
  });
  test('a long line', () => {
    const text = `short\n${'é'.repeat(100)}\n${'x'.repeat(101)}`;
    expect(tooLong('src/x.ts', text)).toEqual(['src/x.ts:3']);
    expect(tooLong('test/x.test.ts', text)).toEqual(['test/x.test.ts:3']);
    expect(tooLong('test/x.test.ts', `test('${'x'.repeat(120)}');`)).toEqual([]);
  });
});

test('the clone knows its own files', () => {
  // Names are compared with what is tracked: a file that only lies about here is no file.
  const tracked = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  for (const page of maps) expect(tracked.split('\n')).toContain(page);
});
