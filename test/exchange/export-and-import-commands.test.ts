import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { longHomes } from '../support/real-app.ts';
import { cli, lastLine } from '../support/real-process.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const log = ['20', '20', '21'].map(
  (day, i) =>
    `192.0.2.${i} - - [${day}/Nov/2025:10:0${i}:00 +0000] "GET /a HTTP/1.1" 200 12 "-" ` +
    `"${firefox}"\n`,
);

describe.each(longHomes)('the commands on the home %s', (homeName) => {
  let stores: AwsStores | undefined;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-open-data-'));
    stores = homeName === 'aws' ? await openAwsStores() : undefined;
    await writeFile(join(folder, 'access.log'), log.join(''));
    expect((await run('site', 'add', 'example.com', '--timezone', 'Asia/Tokyo')).code).toBe(0);
    expect(
      lastLine(
        (await run('import', 'log', join(folder, 'access.log'), '--site', 'example.com')).stdout,
      ),
    ).toBe('3');
  }, 60_000);
  afterAll(async () => {
    await stores?.close();
    await rm(folder, { recursive: true });
  });
  const run = (...args: string[]) =>
    cli([...args, '--data', join(folder, 'data')], { ...stores?.env, NODE_NO_WARNINGS: '1' });
  const hitsOf = async (site: string) =>
    (await run('export', '--site', site, '--format', 'ndjson', '--out', '-')).stdout
      .trim()
      .split('\n')
      .sort();

  test('export, import export: the same hits, once; verify finds nothing wrong', async () => {
    const out = join(folder, 'out');
    const exported = await run('export', '--site', 'example.com', '--out', out);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toMatch(/^3 hits of 2 days, 2025-11-20 to 2025-11-21; [\d,]+ bytes\n/);
    expect((await readdir(join(out, 'hits'))).sort()).toEqual([
      '2025-11-20.parquet',
      '2025-11-21.parquet',
    ]);
    const brought = await run('import', 'export', out, '--site', 'copy.example.com');
    expect([brought.code, lastLine(brought.stdout), brought.stderr]).toEqual([0, '3', '']);
    expect(
      lastLine((await run('import', 'export', out, '--site', 'copy.example.com')).stdout),
    ).toBe('0');
    const hits = await hitsOf('example.com');
    expect(hits).toHaveLength(3);
    expect(await hitsOf('copy.example.com')).toEqual(hits);
    const verified = await run('verify');
    expect([verified.code, lastLine(verified.stdout)]).toEqual([0, 'ok']);
  }, 120_000);

  test.each([
    [['--site', 'nowhere.com'], /there is no site "nowhere.com"/],
    [
      ['--site', 'example.com', '--out', 'x.parquet'],
      /--out: expected a folder, since parquet is a file a day/,
    ],
    [['--site', 'example.com', '--from', 'May'], /expected a day such as/],
    [
      ['--site', 'example.com', '--from', '2025-11-21', '--to', '2025-11-20'],
      /--to: expected a day not before/,
    ],
    [['--site', 'example.com', '--format', 'xml'], /Allowed choices are parquet, ndjson, csv/],
  ])('export %j is refused', async (args, problem) => {
    const { code, stderr } = await run('export', ...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(problem)]);
  });

  test('two imports at once: one is refused, or it waits; all hits count once', async () => {
    const out = join(folder, 'again');
    expect((await run('export', '--site', 'example.com', '--out', out)).code).toBe(0);
    expect((await run('site', 'add', 'two.example.com', '--timezone', 'Asia/Tokyo')).code).toBe(0);
    const bring = () => run('import', 'export', out, '--site', 'two.example.com');
    const both = await Promise.all([bring(), bring()]);
    expect(both.some(({ code }) => code === 0)).toBe(true);
    for (const { stderr } of both.filter(({ code }) => code !== 0))
      expect(stderr).toContain('another import into this site is under way');
    expect(await hitsOf('two.example.com')).toHaveLength(3);
    const verified = await run('verify');
    expect([verified.code, lastLine(verified.stdout)]).toEqual([0, 'ok']);
  }, 120_000);

  test('what is no export is refused, and no site is made', async () => {
    const { code, stderr } = await run('import', 'export', folder, '--site', 'new.example.com');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/expected the folder of a finished export/),
    ]);
    expect((await run('site', 'list')).stdout).not.toContain('new.example.com');
  });
});
