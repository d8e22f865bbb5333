import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { describeHome } from '../contract/contract.ts';
import { numbered, rowsOf, scanSorts, scanWhole, sortsOf } from '../contract/support.ts';
import type { Home } from '../home.ts';
import { openMachine } from './machine.ts';

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'daybook-machine-'));

describeHome('machine', async () => {
  const folder = temporaryFolder();
  let home = await openMachine(folder, () => 0);
  return {
    home,
    async reopen() {
      await home.close();
      home = await openMachine(folder, () => 0);
      return home;
    },
    async dispose() {
      await home.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

/** Removed, ended or closed after the test. */
const leftToDo: (() => unknown)[] = [];
afterEach(async () => {
  for (const task of leftToDo.splice(0).reverse()) await task();
});

function useFolder(): string {
  const folder = temporaryFolder();
  leftToDo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function openAt(folder: string): Promise<Home> {
  const home = await openMachine(folder, () => 0);
  leftToDo.push(() => home.close());
  return home;
}

type Ending = { code: number | null; signal: string | null };
/** `ended` comes after the last line of its output. */
type Child = ChildProcess & { readonly ended: Promise<Ending> };

/** Runs `machine.test-child.mjs`, which uses the built program; `npm test` builds it first. */
function startChild(job: string, folder: string, shell: { before?: string } = {}): Child {
  const built = fileURLToPath(new URL('../../../dist/src/home/machine/machine.js', import.meta.url));
  if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\` first`);
  const script = fileURLToPath(new URL('./machine.test-child.mjs', import.meta.url));
  const args = [script, built, job, folder];
  const child = shell.before
    ? spawn('sh', ['-c', `${shell.before}; exec "$0" "$@"`, process.execPath, ...args])
    : spawn(process.execPath, args);
  leftToDo.push(() => child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ending);
  return Object.assign(child, { ended });
}

/** Paths of all files in a folder. */
async function scanFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function readLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  return lines;
}

async function untilLines(lines: readonly string[], count: number): Promise<void> {
  for (let left = 2_000; lines.length < count; left--) {
    if (left === 0) throw new Error(`expected ${count} lines of the child, got ${lines.length}`);
    await wait(5);
  }
}

describe('a process killed while it writes', () => {
  test.each([20, 400, 3_000, 9_000])('has lost no row it acknowledged (after %d rows)', async (count) => {
    const folder = useFolder();
    const child = startChild('append', folder);
    const acknowledged = readLines(child);
    await untilLines(acknowledged, count);
    child.kill('SIGKILL');
    await child.ended;

    const { rows } = await openAt(folder);
    const found = new Set(sortsOf(await scanWhole(rows, 'p')));
    expect(acknowledged.filter((sort) => !found.has(sort))).toEqual([]);
    await rows.append(rowsOf('p', ['more']));
    expect(await rows.get('p', 'more')).toBeDefined();
  });

  test('leaves nothing unfinished among files and salts', async () => {
    const folder = useFolder();
    const child = startChild('save', folder);
    await untilLines(readLines(child), 1);
    const unfinished = async () =>
      (await scanFolder(join(folder, 'files'))).filter((path) => path.includes('.unfinished/'));
    expect(await unfinished()).toHaveLength(1);
    const beside = await openAt(folder);
    // The other still writes it.
    expect(await unfinished()).toHaveLength(1);
    child.kill('SIGKILL');
    await child.ended;
    await openAt(folder);
    expect(await unfinished()).toEqual([]);
    expect(await beside.files.list('')).toEqual([]);
  });

  test('ends by itself when it is asked to, however busy', async () => {
    const folder = useFolder();
    for (let attempt = 0; attempt < 4; attempt++) {
      const child = startChild('exit', folder);
      expect(await Promise.race([child.ended, wait(10_000, 'hangs')])).toEqual({ code: 7, signal: null });
    }
  });
});

describe('a disk that fails', () => {
  // A limit on file sizes cuts a write short, which LMDB takes for EIO.
  test('ends the process, and says why', async () => {
    const child = startChild('big', useFolder(), { before: 'ulimit -f 4096' });
    let told = '';
    child.stderr!.on('data', (text) => {
      told += text;
    });
    const { signal } = await child.ended;
    expect(told).toMatch(/daybook: the disk of .*rows fails: Input\/output error/);
    expect(signal).toBe('SIGKILL');
  });
});

describe('two processes on one folder', () => {
  test('of 200 rows that both try to make, each is made once', async () => {
    const folder = useFolder();
    const { rows } = await openAt(folder);
    const child = startChild('put', folder);
    const theirs = readLines(child);
    await untilLines(theirs, 1);
    child.stdin!.write('go\n');
    const mine: string[] = [];
    for (const sort of numbered('r', 200)) {
      if (await rows.putIf({ partition: 'race', sort, value: '"parent"' }, undefined)) mine.push(sort);
    }
    await child.ended;
    expect([...mine, ...theirs.slice(1)].toSorted()).toEqual(numbered('r', 200));
    for (const row of await scanWhole(rows, 'race')) {
      expect(row.value).toBe(mine.includes(row.sort) ? '"parent"' : '"child"');
    }
  });

  test('additions of both are all counted', async () => {
    const folder = useFolder();
    const { rows } = await openAt(folder);
    const child = startChild('add', folder);
    const lines = readLines(child);
    await untilLines(lines, 1);
    child.stdin!.write('go\n');
    for (let round = 0; round < 60; round++) {
      const key = { partition: 'sums', sort: 'both' };
      await Promise.all([rows.add(key, { all: 1, parent: 1 }), rows.add(key, { all: 1, parent: 1 })]);
    }
    await child.ended;
    expect(lines).toEqual(['ready', 'added']);
    expect(JSON.parse((await rows.get('sums', 'both'))!)).toEqual({ all: 240, parent: 120, child: 120 });
  });

  test('each sees at once what the other stored', async () => {
    const folder = useFolder();
    const { rows } = await openAt(folder);
    const child = startChild('echo', folder);
    const lines = readLines(child);
    await untilLines(lines, 1);
    const seen: string[] = [];
    for (const sort of numbered('s', 40)) {
      seen.push(sort);
      await rows.append(rowsOf('mine', [sort]));
      child.stdin!.write(`${sort}\n`);
      await untilLines(lines, seen.length + 1);
      expect(lines.at(-1)).toBe(JSON.stringify(seen));
      expect(await scanSorts(rows, 'theirs')).toEqual(seen);
      expect(await rows.get('theirs', sort)).toBeDefined();
    }
    child.stdin!.end();
    await child.ended;
  });

  test('both may grow the store', async () => {
    const folder = useFolder();
    const { rows } = await openAt(folder);
    const child = startChild('grow', folder);
    await untilLines(readLines(child), 1);
    child.stdin!.write('go\n');
    const value = JSON.stringify('x'.repeat(20_000));
    const sorts = numbered('g', 600);
    for (const sort of sorts) await rows.append([{ partition: 'parent', sort, value }]);
    await child.ended;
    for (const partition of ['parent', 'child']) {
      const found = await scanWhole(rows, partition);
      expect(sortsOf(found)).toEqual(sorts);
      expect(found.every((row) => row.value === value)).toBe(true);
    }
  });

  test('one process may open it twice', async () => {
    const folder = useFolder();
    const [first, second] = [await openAt(folder), await openAt(folder)];
    const key = { partition: 'sums', sort: 'twice' };
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => [first, second][at % 2]!.rows.add(key, { a: 1 })),
    );
    await second.close();
    expect(await first.rows.get('sums', 'twice')).toBe('{"a":40}');
  });
});

describe('the data folder', () => {
  test('is made for its owner only, with its version', async () => {
    const folder = join(useFolder(), 'a', 'data');
    await openAt(folder);
    expect(JSON.parse(readFileSync(join(folder, 'daybook.json'), 'utf8'))).toEqual({ version: 1 });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((await scanFolder(folder)).filter((path) => path.includes('.json'))).toEqual(['daybook.json']);
  });

  const refused: [string, (folder: string) => string, RegExp][] = [
    [
      'of a newer version',
      (folder) => {
        writeFileSync(join(folder, 'daybook.json'), '{"version":2}');
        return folder;
      },
      /^this data folder is of version 2; this Daybook reads version 1: /,
    ],
    ...['', '{}', '{"version":"1"}', '{"version":0}', 'null', '[1'].map(
      (text): [string, (folder: string) => string, RegExp] => [
        `whose daybook.json is ${text || 'empty'}`,
        (folder) => {
          writeFileSync(join(folder, 'daybook.json'), text);
          return folder;
        },
        /daybook\.json: expected \{"version":1\}, got/,
      ],
    ),
    [
      'that is a file',
      (folder) => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file');
      },
      /file: expected a folder, but it is a file/,
    ],
    [
      'below a file',
      (folder) => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file', 'data');
      },
      /data: expected a folder, but a part of its path is a file/,
    ],
    ...Object.entries({
      'other bytes': 'x'.repeat(20_000),
      zeros: '\0'.repeat(20_000),
      'too short': 'x',
    }).map(([what, content]): [string, (folder: string) => string, RegExp] => [
      `whose data.mdb is ${what}`,
      (folder) => {
        mkdirSync(join(folder, 'rows'));
        writeFileSync(join(folder, 'rows', 'data.mdb'), content);
        return folder;
      },
      /cannot open the rows in .*data\.mdb is damaged/,
    ]),
    ...['data.mdb', 'lock.mdb'].map((name): [string, (folder: string) => string, RegExp] => [
      `whose ${name} is a folder`,
      (folder) => {
        mkdirSync(join(folder, 'rows', name), { recursive: true });
        return folder;
      },
      /cannot open the rows in .*expected .* to be a file/,
    ]),
  ];
  test.each(refused)('one %s is refused', async (_, make, message) => {
    const opened = openMachine(make(useFolder()), () => 0);
    await expect(opened).rejects.toMatchObject({ name: 'DaybookError' });
    await expect(opened).rejects.toThrow(message);
  });

  const forbidden: [string, (folder: string) => void, RegExp][] = [
    ['folder', (folder) => chmodSync(folder, 0o555), /: expected a folder this user may read and write/],
    ['rows', (folder) => chmodSync(join(folder, 'rows'), 0o555), /cannot open the rows in .*EACCES/],
    [
      'data.mdb',
      (folder) => chmodSync(join(folder, 'rows/data.mdb'), 0o444),
      /cannot open the rows in .*EACCES/,
    ],
    [
      'lock.mdb',
      (folder) => chmodSync(join(folder, 'rows/lock.mdb'), 0o444),
      /cannot open the rows in .*EACCES/,
    ],
  ];
  test.each(forbidden)('one whose %s may not be written to is refused', async (_, forbid, message) => {
    const folder = useFolder();
    await (await openMachine(folder, () => 0)).close();
    for (const name of ['', 'daybook.json', 'rows', 'rows/data.mdb', 'rows/lock.mdb'])
      chmodSync(join(folder, name), 0o777);
    forbid(folder);
    leftToDo.push(() => chmodSync(folder, 0o700));
    leftToDo.push(() => chmodSync(join(folder, 'rows'), 0o700));
    const child = startChild('refused', folder);
    const lines = readLines(child);
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(lines).toEqual([expect.stringMatching(message)]);
  });

  test('loses the salts that became due while no Daybook ran', async () => {
    const folder = useFolder();
    const { salts, close } = await openMachine(folder, () => 0);
    await salts.getOrKeep('site', '2026-01-01', () => ({ salt: Buffer.alloc(32, 1), destroyAtMs: 1_000 }));
    await close();
    const home = await openMachine(folder, () => 1_000);
    leftToDo.push(() => home.close());
    expect(await scanFolder(join(folder, 'salts'))).toEqual([]);
  });

  test('after closing, rows are unavailable, and closing again is no error', async () => {
    const home = await openAt(useFolder());
    await home.rows.append(rowsOf('p', ['a']));
    await home.close();
    await home.close();
    const gone = { name: 'DaybookError', fault: 'unavailable' };
    await expect(home.rows.append(rowsOf('p', ['b']))).rejects.toMatchObject(gone);
    await expect(home.rows.get('p', 'a')).rejects.toMatchObject(gone);
    await expect(home.rows.scan('p')).rejects.toMatchObject(gone);
    await expect(home.rows.putIf({ partition: 'p', sort: 'a', value: '1' }, '2')).rejects.toMatchObject(gone);
    await expect(home.rows.add({ partition: 'p', sort: 'c' }, { a: 1 })).rejects.toMatchObject(gone);
    await expect(home.rows.remove([{ partition: 'p', sort: 'a' }])).rejects.toMatchObject(gone);
  });
});
