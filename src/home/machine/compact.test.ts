import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Row, scanAll } from '../home.ts';
import { compactRows, isBeingCompacted } from './compact.ts';
import { openMachine } from './machine.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-compact-'));
  const home = await openMachine(folder);
  const rows = Array.from({ length: 2_000 }, (_, i) => ({
    ...{ partition: i % 10 === 0 ? 'kept' : 'gone', sort: `${i}`.padStart(4, '0') },
    value: `a text of ${i % 10 === 0 ? 'one who stays' : 'one who left'} ${'x'.repeat(300)}`,
  }));
  await home.rows.append(rows);
  await home.rows.remove(rows.filter(({ partition }) => partition === 'gone'));
  await home.rows.add({ partition: 'counts', sort: 'a' }, { n: 3 });
  await home.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = () => readFile(join(folder, 'rows', 'data.mdb'));

async function allRows(): Promise<Row[]> {
  const home = await openMachine(folder);
  const rows: Row[] = [];
  for (const partition of ['kept', 'gone', 'counts'])
    for await (const row of scanAll(home.rows, partition)) rows.push(row);
  await home.close();
  return rows;
}

test('what was removed is in the file no more; what was not is as it was', async () => {
  const before = await allRows();
  expect(before).toHaveLength(201);
  expect((await bytes()).includes('one who left')).toBe(true);
  const { beforeBytes, afterBytes } = await compactRows(folder);
  expect(afterBytes).toBeLessThan(beforeBytes / 2);
  expect((await bytes()).includes('one who left')).toBe(false);
  expect((await readdir(folder)).sort()).toEqual(['daybook.json', 'files', 'rows', 'salts']);
  expect(await allRows()).toEqual(before);
  const home = await openMachine(folder);
  await home.rows.add({ partition: 'counts', sort: 'a' }, { n: 1 });
  expect(await home.rows.get('counts', 'a')).toBe('{"n":4}');
  await home.close();
});

/** The folder as a compaction leaves it that was cut there. */
const cuts: readonly (readonly [string, () => Promise<void>])[] = [
  ['its rows have the other name', () => move('rows', 'rows.before')],
  [
    'a part was copied',
    async () => {
      await move('rows', 'rows.before');
      await cp(join(folder, 'salts'), join(folder, 'rows.compacted-0a'), { recursive: true });
      await writeFile(join(folder, 'rows.compacted-0a', 'data.mdb'), 'a part');
    },
  ],
  [
    'the copy has taken their place',
    () => cp(join(folder, 'rows'), join(folder, 'rows.before'), { recursive: true }),
  ],
];

const move = (from: string, to: string) => rename(join(folder, from), join(folder, to));

test.each(cuts)('cut where %s: nothing is lost, and it is run again', async (_, cut) => {
  const before = await allRows();
  await cut();
  if (await isBeingCompacted(folder))
    await expect(openMachine(folder)).rejects.toThrow(/daybook compact --data .* finishes it/);
  await compactRows(folder);
  expect((await readdir(folder)).sort()).toEqual(['daybook.json', 'files', 'rows', 'salts']);
  expect(await allRows()).toEqual(before);
});

test('who has the rows open is asked to end first, and nothing is changed', async () => {
  const lmdb = fileURLToPath(import.meta.resolve('lmdb'));
  const script = `
    const { open } = await import(${JSON.stringify(lmdb)});
    const path = ${JSON.stringify(join(folder, 'rows'))};
    const store = open({ path, noSubdir: false, encoding: 'string', keyEncoding: 'binary' });
    store.get(Buffer.from('a'));
    console.log('open');
    setInterval(() => {}, 1_000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(other.stdout, 'data');
  const before = await bytes();
  await expect(compactRows(folder)).rejects.toMatchObject({
    fault: 'conflict',
    message: expect.stringContaining(`process ${other.pid} has these rows open`),
  });
  expect((await readdir(folder)).sort()).toEqual(['daybook.json', 'files', 'rows', 'salts']);
  expect((await bytes()).equals(before)).toBe(true);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await compactRows(folder);
});
