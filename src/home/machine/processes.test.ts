import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { numbered, rowsOf, scanSorts, scanWhole, sortsOf } from '../contract/support.ts';
import type { Home } from '../home.ts';
import { openMachine } from './machine.ts';

/** Removed, ended or closed after the test. */
const leftToDo: (() => unknown)[] = [];
afterEach(async () => {
  for (const task of leftToDo.splice(0).reverse()) await task();
});

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-processes-'));
  leftToDo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function openAt(folder: string): Promise<Home> {
  const home = await openMachine(folder);
  leftToDo.push(() => home.close());
  return home;
}

type Ending = { code: number | null; signal: string | null };
/** `ended` comes after the last line of its output. */
type Child = ChildProcess & { readonly ended: Promise<Ending> };

/** Runs `processes.test-child.mjs`, which uses the built program; `npm test` builds it first. */
function startChild(job: string, folder: string, shell: { before?: string } = {}): Child {
  const built = fileURLToPath(
    new URL('../../../dist/src/home/machine/machine.js', import.meta.url),
  );
  if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\` first`);
  const script = fileURLToPath(new URL('./processes.test-child.mjs', import.meta.url));
  const args = [script, built, job, folder];
  const child = shell.before
    ? spawn('sh', ['-c', `${shell.before}; exec "$0" "$@"`, process.execPath, ...args])
    : spawn(process.execPath, args);
  leftToDo.push(() => child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ending);
  return Object.assign(child, { ended });
}

function readLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  return lines;
}

async function untilLines(lines: readonly string[], count: number): Promise<void> {
  await expect.poll(() => lines.length, { interval: 2 }).toBeGreaterThanOrEqual(count);
}

describe('a process killed while it writes', () => {
  test.each([20, 400, 5_000])('has lost no row it acknowledged (after %d rows)', async (count) => {
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

  test('leaves no unfinished file', async () => {
    const folder = useFolder();
    const child = startChild('save', folder);
    await untilLines(readLines(child), 1);
    const unfinished = () => readdirSync(join(folder, 'files', '.unfinished'));
    expect(unfinished()).toHaveLength(1);
    const beside = await openAt(folder);
    // The other still writes it.
    expect(unfinished()).toHaveLength(1);
    child.kill('SIGKILL');
    await child.ended;
    await openAt(folder);
    expect(unfinished()).toEqual([]);
    expect(await beside.files.list('')).toEqual([]);
  });

  test('ends by itself when it is asked to, however busy', async () => {
    const folder = useFolder();
    for (let attempt = 0; attempt < 2; attempt++) {
      const child = startChild('exit', folder);
      expect(await Promise.race([child.ended, wait(60_000, 'hangs')])).toEqual({
        code: 7,
        signal: null,
      });
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
      if (await rows.putIf({ partition: 'race', sort, value: '"parent"' }, undefined))
        mine.push(sort);
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
      await Promise.all([
        rows.add(key, { all: 1, parent: 1 }),
        rows.add(key, { all: 1, parent: 1 }),
      ]);
    }
    await child.ended;
    expect(lines).toEqual(['ready', 'added']);
    expect(JSON.parse((await rows.get('sums', 'both'))!)).toEqual({
      all: 240,
      parent: 120,
      child: 120,
    });
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
    const sorts = numbered('g', 300);
    for (const sort of sorts) await rows.append([{ partition: 'parent', sort, value }]);
    await child.ended;
    for (const partition of ['parent', 'child']) {
      const found = await scanWhole(rows, partition);
      expect(sortsOf(found)).toEqual(sorts);
      expect(found.every((row) => row.value === value)).toBe(true);
    }
  });
});

describe('a data folder of another user', () => {
  const forbidden: [string, (folder: string) => void, RegExp][] = [
    [
      'folder',
      (folder) => chmodSync(folder, 0o555),
      /: expected a folder this user may read and write/,
    ],
    [
      'rows',
      (folder) => chmodSync(join(folder, 'rows'), 0o555),
      /cannot open the rows in .*EACCES/,
    ],
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
  test.each(forbidden)(
    'one whose %s may not be written to is refused',
    async (_, forbid, message) => {
      const folder = useFolder();
      await (await openMachine(folder)).close();
      for (const name of ['', 'daybook.json', 'rows', 'rows/data.mdb', 'rows/lock.mdb'])
        chmodSync(join(folder, name), 0o777);
      forbid(folder);
      leftToDo.push(() => chmodSync(folder, 0o700));
      leftToDo.push(() => chmodSync(join(folder, 'rows'), 0o700));
      const child = startChild('refused', folder);
      const lines = readLines(child);
      expect(await child.ended).toEqual({ code: 0, signal: null });
      expect(lines).toEqual([expect.stringMatching(message)]);
    },
  );
});
