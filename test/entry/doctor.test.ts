import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DoctorOptions, examine } from '../../src/entry/doctor/doctor.ts';
import type { Finding } from '../../src/entry/doctor/finding.ts';
import { endOf } from '../../src/entry/doctor/machine-checks.ts';
import { openHome } from '../../src/entry/home.ts';
import { systemUptimeMs } from '../../src/entry/machine-clock.ts';
import { startServer } from '../../src/entry/server/server.ts';
import type { Home } from '../../src/home/home.ts';
import { countPartition } from '../../src/journal/keys.ts';
import { builtPages, chrome } from '../support/real-app.ts';
import { cli, freePort } from '../support/real-process.ts';

const day = '2026-11-20';
const atMs = Date.parse(`${day}T10:00:00Z`);
const nextDayMs = Date.parse('2026-11-21T10:00:00Z');

/** Of 90 days; it ends on 2026-12-01. Nobody has its key. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBHzCBxgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFzdGF0cy5leGFtcGxl
LmNvbTAeFw0yNjA5MDIwMDAwMDBaFw0yNjEyMDEwMDAwMDBaMBwxGjAYBgNVBAMM
EXN0YXRzLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGqtr
vHqqlA2F/vC0nOgR7fhMsLbcgqyl3m+45FhCbcpmt0MYVzo1bwgJF7BRqIEbkv8w
aa/AuU0qBrDVToonRjAKBggqhkjOPQQDAgNIADBFAiBHLxlkEatA3SfwW1Y+ARiX
ocaK1RA0/GHKVapU3zFOigIhAPyXD2UdTD54zMKci43pM41NxbcUk70lDtPrP3X7
9yaS
-----END CERTIFICATE-----
`;

let folder: string;
let whole: string;
let siteId: string;
/** A port that another program has, and one that none has. */
let used: Server;
let freeAt: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-doctor-'));
  whole = join(folder, 'whole');
  let nowMs = atMs;
  const server = await startServer({
    ...{ port: 0, host: '127.0.0.1', data: whole, proxies: [], pages: builtPages },
    ...{ reports: 'here', clock: () => nowMs, env: { DAYBOOK_LOG: 'silent' } },
  });
  const send = (path: string, body: object) =>
    fetch(`${server.url.replace('localhost', '127.0.0.1')}${path}`, {
      method: 'POST',
      headers: { 'User-Agent': chrome, Authorization: `Bearer ${server.firstKey}` },
      body: JSON.stringify(body),
    });
  const site = await send('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' });
  expect(site.ok).toBe(true);
  const hit = { n: 'pageview', u: 'https://a.test/', d: 'a.test' };
  expect((await send('/api/event', hit)).status).toBe(202);
  nowMs = nextDayMs;
  expect((await server.closeDays()).closed).toBe(1);
  await server.close();
  const [only] = await readdir(join(whole, 'files', 'ledger'));
  siteId = only!;
  used = createServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => used.listen(0, '127.0.0.1', resolve));
  freeAt = await freePort();
});
afterAll(async () => {
  used.close();
  await rm(folder, { recursive: true, force: true });
});

const usedPort = () => (used.address() as AddressInfo).port;

type Options = Partial<DoctorOptions> & { readonly data: string };

const look = ({ env, ...options }: Options) =>
  examine({ nowMs: nextDayMs, env: { PORT: String(freeAt), ...env }, ...options });

const wrongOf = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === 'wrong').map(({ check }) => check);

const plain = {
  ...{ type: 0xef53, bsize: 4_096, blocks: 25_000_000, bavail: 20_000_000 },
  ...{ files: 6_000_000, ffree: 5_000_000 },
};

async function withHome(data: string, work: (home: Home) => Promise<void>): Promise<void> {
  const home = await openHome(data, () => nextDayMs, {});
  await work(home).finally(() => home.close());
}

async function aLedgerFile(data: string): Promise<string> {
  const ledger = join(data, 'files', 'ledger');
  const names = await readdir(ledger, { recursive: true });
  return join(ledger, names.find((name) => name.endsWith('.parquet'))!);
}

type Fault = {
  readonly plant?: (data: string) => Promise<void>;
  readonly with?: () => Omit<Options, 'data'>;
  readonly check: string;
  /** What the line says. */
  readonly says: RegExp;
  readonly todo: RegExp;
};

const faults: Readonly<Record<string, Fault>> = {
  'the disk is nearly full': {
    with: () => ({ fileSystem: async () => ({ ...plain, bavail: 20_000 }) }),
    ...{ check: 'disk', says: /^78\.1 MiB of 95\.4 GiB are free/, todo: /larger disk/ },
  },
  'there are no inodes': {
    with: () => ({ fileSystem: async () => ({ ...plain, ffree: 12 }) }),
    ...{ check: 'inodes', says: /^12 of 6000000/, todo: /remove small files/ },
  },
  'the data are on a network file system': {
    with: () => ({ fileSystem: async () => ({ ...plain, type: 0x6969 }) }),
    ...{ check: 'file-system', says: /on NFS/, todo: /a disk of this machine/ },
  },
  'the clock is behind the rows': {
    with: () => ({ nowMs: atMs - 5 * 86_400_000 }),
    plant: (data) =>
      withHome(data, (home) =>
        home.rows.append([
          {
            ...{ partition: 'clock', sort: 'known' },
            value: JSON.stringify({ atMs: nextDayMs, startedMs: 0 }),
          },
        ]),
      ),
    ...{ check: 'clock', says: /behind/, todo: /set it right/ },
  },
  'another program has the port': {
    with: () => ({ env: { PORT: String(usedPort()) } }),
    ...{ check: 'server', says: /used by another program/, todo: /--port/ },
  },
  'a proxy is not named': {
    plant: (data) =>
      withHome(data, (home) =>
        home.rows.append([
          { partition: 'server', sort: 'unnamed-proxy', value: '{"peer":"10.0.0.2"}' },
        ]),
      ),
    ...{ check: 'proxy', says: /^10\.0\.0\.2 sent/, todo: /--trust-proxy 10\.0\.0\.2/ },
  },
  'the public URL leads elsewhere': {
    with: () => ({ env: { DAYBOOK_PUBLIC_URL: `http://127.0.0.1:${usedPort()}` } }),
    ...{ check: 'public-url', says: /no Daybook/, todo: /DNS/ },
  },
  'the public URL leads here, but not below the path': {
    with: () => ({
      env: { DAYBOOK_PUBLIC_URL: `http://127.0.0.1:${usedPort()}`, DAYBOOK_BASE: '/stats' },
    }),
    ...{ check: 'public-url', says: /\/stats does not lead here/, todo: /proxy/ },
  },
  'Node is too old': {
    with: () => ({ nodeVersion: '18.20.4' }),
    ...{ check: 'node', says: /18\.20\.4/, todo: /20\.19/ },
  },
  'a newer Daybook has written the data': {
    plant: (data) => writeFile(join(data, 'daybook.json'), '{"version":99}'),
    ...{ check: 'data', says: /version 99/, todo: /see to that first/ },
  },
  'others may read the salts': {
    plant: (data) => chmod(join(data, 'salts'), 0o755),
    ...{ check: 'rights', says: /others may read .*salts/, todo: /chmod -R go= / },
  },
  'the books do not balance': {
    plant: (data) =>
      withHome(data, (home) =>
        home.rows.add({ partition: countPartition(siteId), sort: day }, { stored: 2 }),
      ),
    ...{ check: 'books', says: /a\.test 2026-11-20: 3 hits were stored, 1 are/, todo: /verify/ },
  },
  'a file of the ledger is missing': {
    plant: async (data) => rm(await aLedgerFile(data)),
    ...{ check: 'files', says: /parquet is missing/, todo: /from a backup/ },
  },
  'a file of the ledger is cut': {
    plant: async (data) => writeFile(await aLedgerFile(data), 'PAR1'),
    ...{ check: 'files', says: /has 4 bytes, not/, todo: /from a backup/ },
  },
  'a certificate ends soon': {
    plant: async (data) => {
      await mkdir(join(data, 'https', 'a'), { recursive: true, mode: 0o700 });
      await writeFile(join(data, 'https', 'a', 'certificate.pem'), certificate);
    },
    ...{ check: 'certificates', says: /ends on 2026-12-01/, todo: /log/ },
  },
  'the mail server does not answer': {
    with: () => ({ env: { DAYBOOK_SMTP: `smtp://a:b@127.0.0.1:${freeAt}` } }),
    ...{ check: 'mail', says: /cannot be reached/, todo: /DAYBOOK_SMTP/ },
  },
  'the last backup is old': {
    plant: (data) =>
      withHome(data, (home) =>
        home.rows.append([
          {
            ...{ partition: 'backup', sort: 'last' },
            value: JSON.stringify({ doneMs: nextDayMs - 20 * 86_400_000 }),
          },
        ]),
      ),
    ...{ check: 'backup', says: /20 days old/, todo: /daybook backup/ },
  },
  'closing is stuck': {
    // Nobody closed the day that a hit came to.
    plant: (data) =>
      withHome(data, (home) =>
        home.rows.append([{ partition: `days/${siteId}`, sort: '2026-11-19', value: '{}' }]),
      ),
    ...{ check: 'closing', says: /1 days wait .* since 34 hours/, todo: /daybook close/ },
  },
};

test('nothing is wrong with a folder that is well', async () => {
  const findings = await look({ data: whole });
  expect(wrongOf(findings)).toEqual([]);
  expect(findings.find(({ check }) => check === 'backup')?.state).toBe('note');
});

test.each(Object.entries(faults))('%s', async (name, fault) => {
  const data = join(folder, name.replaceAll(' ', '-'));
  await cp(whole, data, { recursive: true });
  await fault.plant?.(data);
  const findings = await look({ data, ...fault.with?.() });
  expect([...new Set(wrongOf(findings))]).toEqual([fault.check]);
  const { says, todo } = findings.find(({ state }) => state === 'wrong')!;
  expect(says).toMatch(fault.says);
  expect(todo).toMatch(fault.todo);
});

test('a certificate of six days is fine until it should have been renewed', () => {
  const [fromMs, untilMs] = [nextDayMs, nextDayMs + 6 * 86_400_000];
  const after = (days: number) =>
    endOf({ fromMs, untilMs }, nextDayMs + days * 86_400_000, '').state;
  expect([after(0), after(5), after(5.2)]).toEqual(['fine', 'fine', 'wrong']);
});

test('a folder without data, and none', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  expect(wrongOf(await look({ data: empty }))).toEqual([]);
  expect(wrongOf(await look({ data: join(folder, 'none') }))).toEqual(['data']);
});

test('the command names each in a line, and ends with code 1 then', async () => {
  const data = join(folder, 'by-command');
  await cp(whole, data, { recursive: true });
  await chmod(join(data, 'salts'), 0o755);
  // The command goes by the machine's clock, which is far from that of the folder's server.
  const now = { atMs: Date.now(), startedMs: Date.now() - systemUptimeMs() };
  const row = { partition: 'clock', sort: 'known', value: JSON.stringify(now) };
  await withHome(data, (home) => home.rows.append([row]));
  const env = { PORT: String(freeAt) };
  const { code, stdout } = await cli(['doctor', '--full', '--data', data], env);
  expect(code).toBe(1);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('wrong'))).toEqual([
    expect.stringMatching(/^wrong {2}rights +others may read .*; chmod -R go= /),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^fine {3}verify/));
  const json = await cli(['doctor', '--json', '--data', data], env);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, findings: expect.any(Array) });
});
