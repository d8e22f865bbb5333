import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { describeHome } from '../contract/contract.ts';
import { rowsOf } from '../contract/support.ts';
import { dataVersion, versionIn } from '../data-version.ts';
import type { Home } from '../home.ts';
import { openMachine } from './machine.ts';

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'daybook-machine-'));

describeHome('machine', async () => {
  const folder = temporaryFolder();
  let home = await openMachine(folder);
  return {
    home,
    async reopen() {
      await home.close();
      home = await openMachine(folder);
      return home;
    },
    version: async () => versionIn(readFileSync(join(folder, 'daybook.json'), 'utf8')),
    setVersion: async (version) =>
      writeFileSync(join(folder, 'daybook.json'), JSON.stringify({ version })),
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
  const home = await openMachine(folder);
  leftToDo.push(() => home.close());
  return home;
}

/** Paths of all files in a folder. */
async function scanFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe('the data folder', () => {
  test('is made for its owner only, with its version', async () => {
    const folder = join(useFolder(), 'a', 'data');
    await openAt(folder);
    expect(JSON.parse(readFileSync(join(folder, 'daybook.json'), 'utf8'))).toEqual({
      version: dataVersion,
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((await scanFolder(folder)).filter((path) => path.includes('.json'))).toEqual([
      'daybook.json',
    ]);
  });

  const refused: [string, (folder: string) => string, RegExp][] = [
    [
      'of a newer version',
      (folder) => {
        writeFileSync(join(folder, 'daybook.json'), JSON.stringify({ version: dataVersion + 1 }));
        return folder;
      },
      new RegExp(`^this data folder is of version ${dataVersion + 1}; this Daybook reads version `),
    ],
    ...['', '{}', '{"version":"1"}', '{"version":0}', 'null', '[1'].map(
      (text): [string, (folder: string) => string, RegExp] => [
        `whose daybook.json is ${text || 'empty'}`,
        (folder) => {
          writeFileSync(join(folder, 'daybook.json'), text);
          return folder;
        },
        /daybook\.json: expected \{"version":\d+\}, got/,
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
      /rows.data\.mdb is damaged: .*; nothing was changed\. .* daybook rescue --data /,
    ]),
    ...['data.mdb', 'lock.mdb'].map((name): [string, (folder: string) => string, RegExp] => [
      `whose ${name} is a folder`,
      (folder) => {
        mkdirSync(join(folder, 'rows', name), { recursive: true });
        return folder;
      },
      /cannot open the rows in .*expected .* to be a file/,
    ]),
    [
      'whose lock.mdb is a link to nothing',
      (folder) => {
        mkdirSync(join(folder, 'rows'));
        symlinkSync('/nowhere/at/all', join(folder, 'rows', 'lock.mdb'));
        return folder;
      },
      /expected .*lock\.mdb to be a file, got a link to nothing/,
    ],
    ...['files/ledger/site', 'salts/site'].map(
      (left): [string, (folder: string) => string, RegExp] => [
        `without rows, but with ${left}`,
        (folder) => {
          mkdirSync(join(folder, left), { recursive: true });
          return folder;
        },
        /rows.data\.mdb is missing, but there is .*; nothing was changed\. .*rescue --data /,
      ],
    ),
    [
      'whose rows are gone',
      (folder) => {
        writeFileSync(join(folder, 'daybook.json'), '{"version":1}');
        return folder;
      },
      /rows.data\.mdb is missing, but there is .*daybook\.json; nothing was changed\. /,
    ],
  ];
  test.each(refused)('one %s is refused', async (_, make, message) => {
    const opened = openMachine(make(useFolder()));
    await expect(opened).rejects.toMatchObject({ name: 'DaybookError' });
    await expect(opened).rejects.toThrow(message);
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

  test('after closing, rows are unavailable, and closing again is no error', async () => {
    const home = await openAt(useFolder());
    await home.rows.append(rowsOf('p', ['a']));
    await home.close();
    await home.close();
    const gone = { name: 'DaybookError', fault: 'unavailable' };
    await expect(home.rows.append(rowsOf('p', ['b']))).rejects.toMatchObject(gone);
    await expect(home.rows.get('p', 'a')).rejects.toMatchObject(gone);
    await expect(home.rows.scan('p')).rejects.toMatchObject(gone);
    await expect(
      home.rows.putIf({ partition: 'p', sort: 'a', value: '1' }, '2'),
    ).rejects.toMatchObject(gone);
    await expect(home.rows.add({ partition: 'p', sort: 'c' }, { a: 1 })).rejects.toMatchObject(
      gone,
    );
    await expect(home.rows.remove([{ partition: 'p', sort: 'a' }])).rejects.toMatchObject(gone);
  });
});
