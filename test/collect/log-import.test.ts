import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyCase } from '../support/real-app.ts';
import {
  type CliResult,
  cli,
  freePort,
  lastLine,
  type RealProcess,
  serve,
} from '../support/real-process.ts';
import { countLog } from './independent-count.ts';

const fixture = fileURLToPath(new URL('../fixtures/access-combined-10k.log', import.meta.url));
const bin = fileURLToPath(new URL('../../bin/daybook.cjs', import.meta.url));
const log = readFileSync(fixture, 'utf8');
const lines = log.trimEnd().split('\n');
const real = countLog(log);
const agent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36';

let data: string;
let server: RealProcess;
let key: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-import-'));
  server = await serve({ data, port: await freePort() });
  [, key = ''] = /#key=(\S+)/.exec(server.output()) ?? [];
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
});

async function addSite(domain: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/sites`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ domain, open: true }),
  });
  expect(answer.status).toBe(200);
}

let count = 0;
/** An open site of its own for each test. */
async function newSite(): Promise<string> {
  const domain = `log${count++}.test`;
  await addSite(domain);
  return domain;
}

const importLog = (site: string, ...files: string[]) =>
  cli(['import', 'log', ...files, '--site', site, '--data', data]);

async function importText(
  site: string,
  text: string | Buffer,
): Promise<CliResult & { readonly file: string }> {
  const file = join(data, `${count++}.log`);
  await writeFile(file, text);
  return { ...(await importLog(site, file)), file };
}

/** A line of a table by its name: `taken  1351  …`. */
const cell = (stdout: string, name: string) =>
  Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(stdout)?.[1] ?? 0);

async function hits(site: string): Promise<Record<string, unknown>[]> {
  const text = await (await fetch(`${server.url}/api/hits?site=${site}`)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function countBy(
  rows: readonly Record<string, unknown>[],
  of: (row: Record<string, unknown>) => unknown,
) {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[String(of(row))] = (counts[String(of(row))] ?? 0) + 1;
  return counts;
}

const dayOf = (hit: Record<string, unknown>) =>
  new Date(hit['time'] as number).toISOString().slice(0, 10);

/** One metric by one dimension, as the reports have it. */
async function report(
  site: string,
  metric: string,
  dimension?: string,
): Promise<Record<string, number>> {
  const answer = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({
      site_id: site,
      metrics: [metric],
      date_range: ['2015-05-01', '2015-05-31'],
      ...(dimension !== undefined && { dimensions: [dimension] }),
    }),
  });
  const { results } = (await answer.json()) as {
    results: { dimensions: string[]; metrics: number[] }[];
  };
  return Object.fromEntries(
    results.map(({ dimensions, metrics }) => [dimensions[0] ?? '', metrics[0]!]),
  );
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((a, b) => a + b, 0);

/** A line of the running server's making: one minute ago unless said otherwise. */
function line(more: { ip?: string; path?: string; ms?: number; agent?: string } = {}): string {
  const [, day, month, year, time] = new Date(more.ms ?? Date.now() - 60_000)
    .toUTCString()
    .split(' ');
  const at = `${day}/${month}/${year}:${time} +0000`;
  const request = `GET ${more.path ?? '/'} HTTP/1.1`;
  return `${more.ip ?? '192.0.2.1'} - - [${at}] "${request}" 200 5 "-" "${more.agent ?? agent}"`;
}

describe('a real log of 10,000 lines', () => {
  let site: string;
  let result: CliResult;
  beforeAll(async () => {
    site = await newSite();
    result = await importLog(site, fixture);
  });

  test('is counted as an independent count has it', async () => {
    expect(result.code).toBe(0);
    expect(real.pageviews).toBeGreaterThan(1_000);
    expect(lastLine(result.stdout)).toBe(String(real.pageviews));
    expect(cell(result.stdout, 'lines')).toBe(10_000);
    for (const [reason, n] of Object.entries(real.dropped))
      expect([reason, cell(result.stdout, reason)]).toEqual([reason, n]);
    expect(result.stdout).toContain('line 8899');
    const all = await hits(site);
    expect(countBy(all, dayOf)).toEqual(real.byDay);
    expect(countBy(all, ({ page }) => page)).toEqual(real.byPage);
    expect(countBy(all, ({ browser }) => browser ?? '(not set)')).toEqual(real.byBrowser);
  });

  test('stands so in the reports of the running server', async () => {
    expect(await report(site, 'pageviews')).toEqual({ '': real.pageviews });
    expect(await report(site, 'pageviews', 'time:day')).toEqual(real.byDay);
    expect(await report(site, 'pageviews', 'event:page')).toEqual(real.byPage);
    expect(await report(site, 'visitors', 'time:day')).toEqual(real.visitorsByDay);
    expect(await report(site, 'visitors')).toEqual({ '': sum(real.visitorsByDay) });
  });

  test('changes nothing when it is imported again', async () => {
    const before = await hits(site);
    const again = await importLog(site, fixture);
    expect([again.code, lastLine(again.stdout)]).toEqual([0, '0']);
    expect(cell(again.stdout, 'known')).toBe(real.pageviews);
    expect(await hits(site)).toEqual(before);
    expect(await report(site, 'pageviews')).toEqual({ '': real.pageviews });
  });

  test('leaves no address and no agent behind', () => {
    const stored = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.log'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(stored.some((bytes) => bytes.includes('/presentations/'))).toBe(true);
    for (const secret of ['83.149.9.216', 'Mozilla/5.0'])
      expect(stored.filter((bytes) => bytes.includes(secret))).toEqual([]);
  });

  // These in `.ci/run`: each reads all 10,000 lines again.
  if (everyCase) {
    test('is the same through standard input and gzip', async () => {
      const other = await newSite();
      const child = spawn(
        process.execPath,
        [bin, 'import', 'log', '-', '--site', other, '--data', data],
        {
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      child.stdin.end(gzipSync(log));
      let said = '';
      child.stdout.on('data', (text) => (said += String(text)));
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(lastLine(said)).toBe(String(real.pageviews));
      expect(countBy(await hits(other), ({ page }) => page)).toEqual(real.byPage);
    });

    test('is the same in three files that overlap, in any order, one of them twice', async () => {
      const other = await newSite();
      const parts = [lines.slice(6_000), lines.slice(0, 3_457), lines.slice(3_000, 7_000)];
      const files = await Promise.all(
        parts.map(async (part, i) => {
          const file = join(data, `part-${i}.log${i === 1 ? '.gz' : ''}`);
          await writeFile(file, i === 1 ? gzipSync(`${part.join('\n')}\n`) : part.join('\n'));
          return file;
        }),
      );
      const { code, stdout } = await importLog(other, ...files, files[0]!);
      expect([code, lastLine(stdout)]).toEqual([0, String(real.pageviews)]);
      const ids = (all: Record<string, unknown>[]) => all.map(({ id }) => id).sort();
      expect(ids(await hits(other))).toEqual(ids(await hits(site)));
      // Visitors too: one salt a day for all files.
      expect(await report(other, 'visitors', 'time:day')).toEqual(real.visitorsByDay);
    });

    test('is kept as far as it goes where its gzip is cut, and completed later', async () => {
      const other = await newSite();
      const packed = gzipSync(log);
      const cut = await importText(other, packed.subarray(0, Math.floor(packed.length / 2)));
      expect(cut.code).toBe(1);
      const [, read] = /its first (\d+) lines were read/.exec(cut.stderr) ?? [];
      const part = countLog(lines.slice(0, Number(read)).join('\n'));
      expect(cut.stderr).toContain('cut or damaged');
      expect(part.pageviews).toBeGreaterThan(300);
      expect(lastLine(cut.stdout)).toBe(String(part.pageviews));
      expect(await hits(other)).toHaveLength(part.pageviews);
      const whole = await importLog(other, fixture);
      expect([whole.code, lastLine(whole.stdout)]).toEqual([
        0,
        String(real.pageviews - part.pageviews),
      ]);
      expect(await hits(other)).toHaveLength(real.pageviews);
    });
  }
});

describe('lines', () => {
  test('that are equal all count, each time the same', async () => {
    const site = await newSite();
    const ms = Date.now() - 90_000;
    const text = [
      ...Array.from({ length: 5 }, () => line({ ms })),
      ...['192.0.2.2', '192.0.2.3'].map((ip) => line({ ms, ip })),
    ].join('\n');
    expect(lastLine((await importText(site, text)).stdout)).toBe('7');
    expect(lastLine((await importText(site, text)).stdout)).toBe('0');
    // The log has grown meanwhile.
    expect(lastLine((await importText(site, `${text}\n${line({ ms })}\n`)).stdout)).toBe('1');
    expect(new Set((await hits(site)).map(({ visitor }) => visitor)).size).toBe(3);
  });

  test('of two servers that differ in nothing but the client all count', async () => {
    const site = await newSite();
    const ms = Date.now() - 90_000;
    const [a, b] = await Promise.all(
      ['192.0.2.1', '192.0.2.2'].map(async (ip) => {
        const file = join(data, `server-${ip}.log`);
        await writeFile(file, `${line({ ms, ip })}\n`);
        return file;
      }),
    );
    expect(lastLine((await importLog(site, a!, b!)).stdout)).toBe('2');
  });

  test('of the running day and of days past are seen at once', async () => {
    const site = await newSite();
    const now = Date.now();
    const seen = async (path: string, ms: number) => {
      await importText(site, line({ path, ms }));
      const answer = await fetch(`${server.url}/api/v2/query`, {
        method: 'POST',
        body: JSON.stringify({ site_id: site, metrics: ['pageviews'], date_range: 'all' }),
      });
      return ((await answer.json()) as { results: { metrics: number[] }[] }).results[0]!.metrics[0];
    };
    expect(await seen('/a', now - 60_000)).toBe(1);
    expect(await seen('/b', now - 5 * 86_400_000)).toBe(2);
    // A row that comes to a mounted day, from before what the mount has seen of it.
    expect(await seen('/c', now - 5 * 86_400_000 - 30_000)).toBe(3);
    expect(await seen('/d', now - 120_000)).toBe(4);
  });

  test('that are no log lines are counted and named', async () => {
    const site = await newSite();
    const text = [
      '\x1b[31mred',
      line({ path: '/a' }),
      '',
      `\0\0\0${'x'.repeat(100_000)}`,
      line({ path: '/b' }),
      'end',
    ].join('\n');
    const { code, stdout, file } = await importText(site, text);
    expect([code, lastLine(stdout)]).toEqual([0, '2']);
    expect(cell(stdout, 'broken')).toBe(4);
    for (const number of [1, 3, 4, 6]) expect(stdout).toContain(`${file}, line ${number}: `);
    expect(stdout).not.toMatch(/\x1b|\0/);
  });

  test('dated in the future are left out', async () => {
    const site = await newSite();
    const { stdout } = await importText(site, line({ ms: Date.now() + 3_600_000 }));
    expect([cell(stdout, 'future'), lastLine(stdout)]).toEqual([1, '0']);
  });

  test("meet the site's own rules", async () => {
    const site = await newSite();
    await cli([
      'site',
      'set',
      site,
      'excluded_pages=/admin/**',
      'excluded_addresses=192.0.2.9',
      '--data',
      data,
    ]);
    const text = [line({ path: '/admin/x' }), line({ ip: '192.0.2.9' }), line({ path: '/c' })].join(
      '\n',
    );
    const { stdout } = await importText(site, text);
    expect([cell(stdout, 'excluded-page'), cell(stdout, 'excluded-ip'), lastLine(stdout)]).toEqual([
      1,
      1,
      '1',
    ]);
  });
});

test('an import says where its days are shown', async () => {
  const { stdout } = await importLog(await newSite(), fixture);
  const days = 'from=2015-05-17&to=2015-05-20';
  expect(stdout).toMatch(
    new RegExp(`at +http://localhost:\\d+/\\?site=log\\d+.test&${days}$`, 'm'),
  );
  const [link] = /http:\S+/.exec(stdout)!;
  expect((await fetch(link)).status).toBe(200);
});

test.each<[string, string[], string]>([
  ['no such site', [fixture, '--site', 'nobody.test'], 'site add nobody.test` makes it'],
  [
    'no such file',
    [fixture, '/nowhere.log', '--site', 'log0.test'],
    '/nowhere.log: expected a log that can be read',
  ],
  ['a folder', [tmpdir(), '--site', 'log0.test'], 'it is a folder'],
  ['no site named', [fixture], '--site'],
  ['standard input twice', ['-', '-', '--site', 'log0.test'], 'once at the most'],
])('%s is an error that says so', async (_, args, message) => {
  const { code, stdout, stderr } = await cli(['import', 'log', ...args, '--data', data]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
});

describe('logs as servers and loggers write them', () => {
  const fault = (name: string) =>
    fileURLToPath(new URL(`../fixtures/faults/${name}.log`, import.meta.url));
  const visitors = async (site: string) =>
    new Set((await hits(site)).map(({ visitor }) => visitor)).size;

  test.each([
    ['log-vhost-first', 6, 3],
    ['log-xff-list', 3, 3],
    ['log-syslog-prefix', 2, 1],
    ['log-bom', 3, 2],
    ['log-bom-crlf', 3, 2],
    ['log-nul-head', 3, 2],
  ])('%s: %d pageviews of %d visitors', async (name, pageviews, people) => {
    const site = `${name}.${++count}.test`;
    await addSite(site);
    const { code, stdout } = await cli([
      ...['import', 'log', fault(name), '--site', site, '--all-hosts', '--data', data],
    ]);
    expect([code, cell(stdout, 'taken'), cell(stdout, 'broken')]).toEqual([0, pageviews, 0]);
    expect(await visitors(site)).toBe(people);
  });

  test('lines of another virtual host are not this site’s, unless they are asked for', async () => {
    await addSite('log.test');
    const own = await importLog('log.test', fault('log-vhost-mixed'));
    expect([cell(own.stdout, 'taken'), cell(own.stdout, 'other-host')]).toEqual([1, 1]);
    expect((await hits('log.test')).map(({ page }) => page)).toEqual(['/mine']);
    const all = await cli([
      ...['import', 'log', fault('log-vhost-mixed'), '--site', 'log.test'],
      ...['--all-hosts', '--data', data],
    ]);
    expect([cell(all.stdout, 'taken'), cell(all.stdout, 'known')]).toEqual([1, 1]);
    const hosts = (await hits('log.test')).map(({ page, hostname }) => `${hostname}${page}`);
    expect(hosts.sort()).toEqual(['log.test/mine', 'shop.other.test/not-mine']);
  });
});

test('the books balance when the server starts again', async () => {
  await server.end('SIGTERM');
  server = await serve({ data, port: await freePort() });
  // It does not end before it has compared its books with its rows.
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).not.toMatch(/do not balance|were added to the books/);
});
