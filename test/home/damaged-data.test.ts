import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSites } from '../../src/account/sites.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { openEngine } from '../../src/report/engine.ts';
import { makeDataFolder } from '../support/damaged-folder.ts';
import { cli, lastLine } from '../support/real-process.ts';

const seed = 20_261_127;

let data: Awaited<ReturnType<typeof makeDataFolder>>;
beforeAll(async () => {
  data = await makeDataFolder();
});
afterAll(() => data.remove());

const rowsIn = (folder: string) => join(folder, 'rows', 'data.mdb');

/** The ledger's files of a folder, those of a kind. */
const filesIn = (folder: string, kind = '') =>
  readdirSync(join(folder, 'files'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`${kind}.parquet`))
    .sort()
    .map((name) => join(folder, 'files', name));

/** One that a manifest names. */
const ofApril = (folder: string, kind: string) =>
  filesIn(folder, kind).find((name) => name.includes('2026-04-01'))!;

type Harm = (folder: string) => void;

function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const change =
  (path: (folder: string) => string, harm: (bytes: Buffer) => void): Harm =>
  (folder) => {
    const bytes = readFileSync(path(folder));
    harm(bytes);
    writeFileSync(path(folder), bytes);
  };

const replace =
  (path: (folder: string) => string, by: (path: string) => void): Harm =>
  (folder) => {
    const name = path(folder);
    rmSync(name, { recursive: true, force: true });
    by(name);
  };

/** Damages of one file: its name, and what is done to it. `random` is of this damage alone. */
function harmsOf(path: (folder: string) => string): [string, (seed: number) => Harm][] {
  const at = (harm: (bytes: Buffer, random: (below: number) => number) => void) => (of: number) =>
    change(path, (bytes) => harm(bytes, randomFrom(of)));
  return [
    ['is missing', () => replace(path, () => {})],
    ['is empty', () => replace(path, (name) => writeFileSync(name, ''))],
    ['is a folder', () => replace(path, (name) => mkdirSync(name))],
    ['is a link to nothing', () => replace(path, (name) => symlinkSync('/nowhere/at/all', name))],
    ['is zeros', () => at((bytes) => bytes.fill(0))(0)],
    ['is text', () => replace(path, (name) => writeFileSync(name, 'x'.repeat(20_000)))],
    [
      'is cut',
      (of) => (folder) => truncateSync(path(folder), randomFrom(of)(statSync(path(folder)).size)),
    ],
    [
      'has other bytes',
      at((bytes, random) => {
        const from = random(bytes.length);
        const to = Math.min(bytes.length, from + 1 + random(9_000));
        for (let i = from; i < to; i++) bytes[i] = random(256);
      }),
    ],
  ];
}

const pageBytes = 4_096;

/** How often each kind of damage of the rows' file is tried, at another place each time. */
const ofRows: [string, number, (seed: number) => Harm][] = [
  ['a page of zeros', 20, zeros(pageBytes)],
  ['a sector of zeros', 8, zeros(512)],
  ['64 KiB of zeros', 6, zeros(16 * pageBytes)],
  ...harmsOf(rowsIn).map(
    ([name, harm]) =>
      [name, name === 'is cut' ? 12 : name === 'has other bytes' ? 16 : 1, harm] as [
        string,
        number,
        (seed: number) => Harm,
      ],
  ),
  ['a head of zeros', 1, () => change(rowsIn, (bytes) => bytes.fill(0, 0, 2 * pageBytes))],
  ['a first page of zeros', 1, () => change(rowsIn, (bytes) => bytes.fill(0, 0, pageBytes))],
  ['1 bit', 8, bit],
];

function zeros(length: number): (seed: number) => Harm {
  return (of) =>
    change(rowsIn, (bytes) => {
      const from = Math.floor(randomFrom(of)(bytes.length) / length) * length;
      bytes.fill(0, from, from + length);
    });
}

function bit(of: number): Harm {
  return change(rowsIn, (bytes) => {
    const random = randomFrom(of);
    const i = random(bytes.length);
    bytes[i]! ^= 1 << random(8);
  });
}

const others: [string, (folder: string) => string][] = [
  ['lock.mdb', (folder) => join(folder, 'rows', 'lock.mdb')],
  ['daybook.json', (folder) => join(folder, 'daybook.json')],
  ['a file of hits', (folder) => ofApril(folder, 'hits')],
  ['a file of sums', (folder) => ofApril(folder, 'rollup')],
];

const damages: [string, Harm][] = [
  ...ofRows.flatMap(([name, times, harm]) =>
    Array.from({ length: times }, (_, n): [string, Harm] => [
      `data.mdb: ${name}, ${n}`,
      harm(seed + 7_919 * n),
    ]),
  ),
  ...others.flatMap(([name, path]) =>
    harmsOf(path).map(([how, harm]): [string, Harm] => [`${name} ${how}`, harm(seed)]),
  ),
];

type Told = {
  readonly folder: string;
  readonly read?: { readonly rows?: number; readonly refused?: string };
  readonly rescued?: { readonly rows?: number; readonly refused?: string };
};

const partitionsOf = (siteId: string) => [
  ...[`hit/${siteId}/2026-04-04/0`, `late/${siteId}/0`, `month/${siteId}`, `days/${siteId}`],
  ...['sites', 'domains', 'owner', 'stamp'],
];

/** What a process that opens and rescues all these folders says, and how it ends. */
async function openEach(folders: readonly string[]) {
  const program = fileURLToPath(new URL('./damaged-data.test-child.mjs', import.meta.url));
  const built = fileURLToPath(new URL('../../dist/src', import.meta.url));
  const partitions = JSON.stringify(partitionsOf(data.siteId));
  const child = spawn(process.execPath, [program, built, partitions, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  const [, signal] = await once(child, 'close');
  const told = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
  return { told, signal };
}

describe(`no damage ends the process by a signal (seed ${seed})`, () => {
  const told = new Map<string, Told>();
  let all: number;
  beforeAll(async () => {
    expect(damages.length).toBeGreaterThan(100);
    const whole = await data.copy();
    const folders: string[] = [];
    for (const [, harm] of damages) {
      const folder = await data.copy();
      harm(folder);
      folders.push(folder);
    }
    const { told: lines, signal } = await openEach([whole, ...folders]);
    // The child's own end. Another signal came from the folder that was said last.
    expect([signal, lines.at(-1)?.folder]).toEqual(['SIGTERM', folders.at(-1)]);
    all = lines.find((line) => line.folder === whole && line.read)!.read!.rows!;
    expect(all).toBeGreaterThan(4_000);
    for (const [i, [name]] of damages.entries())
      told.set(name, lines.find((line) => line.folder === folders[i] && line.read)!);
  }, 600_000);

  test.each(damages.map(([name]) => name))('%s', (name) => {
    const { folder, read, rescued } = told.get(name)!;
    if (read!.refused === undefined) expect(read!.rows).toBe(all);
    else {
      expect(read!.refused).toMatch(/^DaybookError: [^\n]+$/);
      expect(read!.refused).toContain(folder);
    }
    expect(rescued!.refused).toBe(undefined);
  });
});

const ofClosed = {
  '2026-03-01': [4, 3, 3],
  '2026-03-02': [4, 3, 3],
  '2026-03-03': [4, 3, 3],
  '2026-04-01': [4, 3, 3],
  '2026-04-02': [4, 3, 3],
};

const ofAll = { ...ofClosed, '2026-04-02': [5, 4, 4], '2026-04-04': [4_000, 97, 97] };

/** Pageviews, visits and visitors by day, as a report has them. */
async function byDay(folder: string): Promise<Record<string, readonly unknown[]>> {
  const clock = () => Date.parse('2026-04-11T12:00:00Z');
  const home = await openMachine(folder);
  const engine = await openEngine({ home, clock, memoryBytes: 2 ** 29, threads: 1 });
  try {
    const [site] = await openSites(home, clock, () => 'unused').list();
    const { results } = await engine.query(site!, {
      ...{ site_id: site!.domain, metrics: ['pageviews', 'visits', 'visitors'] },
      ...{ date_range: ['2026-02-01', '2026-04-10'], dimensions: ['time:day'] },
    });
    return Object.fromEntries(
      results.map(({ dimensions, metrics }) => [dimensions[0], metrics] as const),
    );
  } finally {
    engine.close();
    await home.close();
  }
}

describe('daybook rescue', () => {
  const rescued = async (harm: Harm) => {
    const folder = await data.copy();
    harm(folder);
    const result = await cli(['rescue', '--data', folder, '--to', `${folder}-new`]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return { folder: `${folder}-new`, said: result.stdout };
  };

  test('of a whole folder: all of it, and ok', async () => {
    const { folder, said } = await rescued(() => {});
    expect(lastLine(said)).toBe('ok');
    expect(await byDay(folder)).toEqual(ofAll);
  });

  test('without data.mdb: closed days from their files, and a site to look at', async () => {
    const { folder, said } = await rescued((at) => rmSync(rowsIn(at)));
    expect(said).toMatch(/missing\trows from the first to the last: .*data\.mdb is missing\n/);
    expect(said).toMatch(/missing\tthe settings and goals of example\.com .*time zone/);
    expect(said).toContain('missing\tthe owner key; the first start shows a new one\n');
    // A late hit of a closed day was a row.
    expect(await byDay(folder)).toEqual(ofClosed);
    expect((await cli(['verify', '--data', folder])).code).toBe(0);
  });

  test('with a head of zeros: every row', async () => {
    const { folder, said } = await rescued(
      change(rowsIn, (bytes) => bytes.fill(0, 0, 2 * pageBytes)),
    );
    expect(said).toContain('missing\tits first pages are damaged\n');
    expect(await byDay(folder)).toEqual(ofAll);
  });

  test('a file of sums that is lost is made again from its hits', async () => {
    const { folder, said } = await rescued((at) => {
      for (const path of filesIn(at, 'rollup')) rmSync(path);
    });
    expect(said).toMatch(/missing\tsite .*rollup\.parquet: it is missing\n/);
    expect(await byDay(folder)).toEqual(ofAll);
    expect((await cli(['verify', '--data', folder])).code).toBe(0);
  });

  test('of a day whose hits are lost, its sums stay', async () => {
    const { folder, said } = await rescued((at) => {
      for (const path of filesIn(at, 'hits').filter((name) => name.includes('2026-04-01')))
        truncateSync(path, 100);
    });
    expect(said).toMatch(
      /missing\tsite .*: 2026-04-01: its 4 hits and 3 visits; its sums are there/,
    );
    expect(await byDay(folder)).toEqual(ofAll);
  });

  test('a folder that exists, or lies within, is refused', async () => {
    const folder = await data.copy();
    const to = (path: string) => cli(['rescue', '--data', folder, '--to', path]);
    expect((await to(folder)).stderr).toMatch(/^daybook: --to: expected a folder outside/);
    expect((await to(join(folder, 'x'))).stderr).toMatch(/^daybook: --to: expected a folder outs/);
    expect((await to(data.folder)).stderr).toMatch(/^daybook: --to: expected a new or an empty/);
    expect(await byDay(folder)).toEqual(ofAll);
  });
});

test('a server does not start over damage, and says it in one line', async () => {
  const folder = await data.copy();
  change(rowsIn, (bytes) => bytes.fill(0, 30 * pageBytes, 60 * pageBytes))(folder);
  const { code, stdout, stderr } = await cli(['serve', '--port', '0', '--data', folder]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^daybook: .*data\.mdb is damaged: page \d+ .* daybook rescue .*\n$/);
});
