import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuck } from '../../src/duck/duck.ts';
import { parquet } from '../../src/duck/parquet.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { longHomes } from '../support/real-app.ts';
import { cli, freePort, type RealProcess, serve } from '../support/real-process.ts';
import { dumpTables } from '../support/table-dump.ts';

/**
 * Visitors that are known to the test send hits by every input. Nothing of what says who they were
 * is in anything that is stored, exported, logged or left behind, in no encoding.
 */
const v4 = '203.0.113.177';
const v6 = '2001:db8:ca9a:1e::b12d';
const agent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/131.0.6778.205 Safari/537.36 Kanarienvogel/98.7';
const robot = 'Zaunkoenigbot/4.2 (+https://zaunkoenig.test/about?x=1)';
/** What else could say who somebody is: ids of senders, and queries. */
const others = ['kanarie-session-7', 'kanarie-click-7', 'kanarie-token-7'];

const v4Bytes = Buffer.from(v4.split('.').map(Number));
const v6Bytes = Buffer.from('20010db8ca9a001e000000000000b12d', 'hex');

/** A text in base64, wherever it begins: without what depends on its neighbours. */
const base64s = (bytes: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return whole.slice(before === 0 ? 0 : 4, Math.floor((bytes.length + before) / 3) * 4);
  });

const hashes = (text: string) =>
  ['md5', 'sha1', 'sha256'].flatMap((name) => {
    const hash = createHash(name).update(text).digest();
    return [hash.toString('hex'), hash.toString('base64').slice(0, 20), hash.toString('latin1')];
  });

const encodings = (text: string): string[] => [
  ...[text, encodeURIComponent(text), text.replaceAll('.', '%2E'), ...hashes(text)],
  ...[Buffer.from(text).toString('hex'), ...base64s(Buffer.from(text))],
  Buffer.from(text, 'utf16le').toString('latin1'),
];

/** Needles as latin1 texts, with what each is. Case does not matter for those of hex. */
const needles: readonly string[] = [
  ...[v4, v6, agent, robot, ...others].flatMap(encodings),
  ...['Kanarienvogel', '2001:db8:ca9a', '2001:0db8:ca9a:001e', `::ffff:${v4}`, '203.0.113.'],
  ...[v4Bytes.toString('hex'), v6Bytes.toString('hex'), v6Bytes.toString('latin1')],
  ...[String(v4Bytes.readUInt32BE()), String(BigInt(`0x${v6Bytes.toString('hex')}`))],
  ...[...base64s(v6Bytes), '::ffff:cb00:71b1', 'zaunkoenig.test'],
];

/** Those of the needles that are in it. */
const found = (bytes: Buffer | string): string[] => {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  const lower = text.toLowerCase();
  return needles.filter((needle) => text.includes(needle) || lower.includes(needle.toLowerCase()));
};

test('a needle is found in every encoding', () => {
  expect(found(`x${Buffer.from(`ab${v4}c`).toString('base64')}`)).not.toEqual([]);
  expect(found(JSON.stringify({ ua: agent }))).not.toEqual([]);
  expect(found(v4Bytes.toString('hex').toUpperCase())).not.toEqual([]);
  expect(found('Chrome 131.0, 203.0.114.177')).toEqual([]);
});

describe.each(longHomes)('on the home %s', (homeName) => {
  let folder: string;
  let stores: AwsStores | undefined;
  let server: RealProcess;
  let key: string;
  const own: NodeJS.ProcessEnv = {};
  const usual = process.env['TMPDIR'];
  const site = 'trace.test';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-trace-'));
    for (const name of ['tmp', 'out']) await mkdir(join(folder, name));
    // The stores' files are among what is looked through.
    process.env['TMPDIR'] = join(folder, 'tmp');
    stores = homeName === 'aws' ? await openAwsStores() : undefined;
    Object.assign(own, stores?.env, { TMPDIR: join(folder, 'tmp'), DAYBOOK_LOG: 'trace' });
    server = await serve({ data: join(folder, 'data'), port: await freePort(), env: own });
    key = /#key=(\S+)/.exec(server.output())![1]!;
  });
  afterAll(async () => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    await server?.end('SIGTERM');
    await stores?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...args: string[]) => {
    const answer = await cli([...args, '--data', join(folder, 'data')], own);
    expect([args, answer.code, answer.stderr]).toEqual([args, 0, expect.any(String)]);
    return answer.stdout + answer.stderr;
  };

  /** As the visitor's browser, behind a proxy that says where it is. */
  async function send(path: string, init: RequestInit & { from?: string; as?: string } = {}) {
    const { from = v4, as = agent, ...more } = init;
    const headers = new Headers(more.headers);
    headers.set('Authorization', `Bearer ${key}`);
    headers.set('X-Forwarded-For', from);
    headers.set('User-Agent', as);
    const answer = await fetch(`${server.url}${path}`, { ...more, headers });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }
  const post = (path: string, body: unknown, more = {}) =>
    send(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    });

  test('they send hits by every input', async () => {
    await post('/api/v1/sites', { domain: site, robots: 'keep' });
    const url = `https://${site}/a?gclid=kanarie-click-7&q=kanarie-token-7`;
    const referrer = 'https://evil.test/from?token=kanarie-token-7';
    const event = { name: 'pageview', domain: site, url, referrer };
    const yesterday = new Date(Date.now() - 86_400_000);
    const who = { ip: v4, userAgent: agent };
    const payload = { website: site, hostname: site, url, referrer, id: 'kanarie-session-7' };
    const counted = { path: '/a', ip: v6, user_agent: agent, session: 'kanarie-session-7' };
    for (const from of [v4, v6])
      for (const as of [agent, robot]) {
        const statuses = [
          await post('/api/event', event, { from, as }),
          await post('/api/event', { ...event, name: 'Buy', props: { plan: 'a' } }, { from, as }),
          await post('/api/event', { ...event, name: 'engagement', sd: 50, e: 900 }, { from, as }),
          await post('/api/event', { ...event, domain: 'nowhere.test' }, { from, as }),
          await send(`/pixel.gif?d=${site}&u=${encodeURIComponent(url)}`, { from, as }),
          await post('/api/send', { type: 'event', payload }, { from, as }),
          await send(`/count?site=${site}&p=/a&r=${encodeURIComponent(referrer)}`, { from, as }),
          // Whose body is kept as it came: it says nothing of them.
          await post(`/analytics?site=${site}`, { pathname: '/a' }, { from, as }),
        ].map(({ status }) => status);
        expect(Math.max(...statuses)).toBeLessThan(300);
        await post('/api/event', '{"n":', { from, as });
        await post('/api/event', { ...event, url: 'x'.repeat(9_000) }, { from, as });
        await post('/api/session', { key: 'wrong' }, { from, as });
        await send('/nothing/here', { from, as });
      }
    const events = [
      { ...event, ...who },
      { ...event, ...who, ip: v6, timestamp: yesterday.toISOString() },
      { ...event, ...who, userAgent: robot },
    ];
    const umami = { type: 'event', payload: { ...payload, ...who } };
    const hits = [counted, { path: '/a', session: 'kanarie-session-7' }, { path: '/', ip: 'x' }];
    await post('/api/events', { events });
    await post('/api/send', umami);
    await post('/api/batch', [umami, umami]);
    await post(`/api/v0/count?site=${site}`, { hits });

    const [, day, month, year] = /, (\d+) (\w+) (\d+)/.exec(yesterday.toUTCString())!;
    const line = (address: string, as: string) =>
      `${address} - - [${day}/${month}/${year}:10:00:00 +0000] "GET /a?q=kanarie-token-7 ` +
      `HTTP/1.1" 200 5 "${referrer}" "${as}"\n`;
    const lines = [v4, v6].flatMap((address) => [line(address, agent), line(address, robot)]);
    const log = join(folder, 'out', 'access.log');
    await writeFile(log, [...lines, 'not a line\n', lines[0]!.slice(0, 60)].join(''));
    const printed = await run('import', 'log', log, '--site', site);
    await rm(log);
    expect(found(printed)).toEqual([]);
  });

  test('no answer, export or page has one of them', async () => {
    const query = { site_id: site, metrics: ['visitors'], date_range: 'all' };
    for (const { status, bytes } of [
      ...(await Promise.all(
        ['ndjson', 'csv', 'parquet'].map((format) =>
          send(`/api/hits?site=${site}&format=${format}`, { from: '192.0.2.1' }),
        ),
      )),
      await send(`/api/v1/sites/${site}/visits`),
      await send(`/api/v1/sites/${site}/live`),
      await send(`/api/drops?site=${site}`),
      await send(`/api/books?site=${site}`),
      await send('/health'),
      await post('/api/v2/query', { ...query, dimensions: ['visit:browser_version'] }),
    ]) {
      expect(status).toBe(200);
      expect(found(bytes)).toEqual([]);
    }
    for (const format of ['ndjson', 'csv', 'parquet']) {
      const args = ['export', '--site', site, '--format', format];
      expect(found(await run(...args, '--out', join(folder, 'out', format)))).toEqual([]);
    }
    expect(found(await run('close'))).toEqual([]);
  });

  test('nothing stored, logged or left behind has one of them', async () => {
    await server.end('SIGTERM');
    expect(server.output().length).toBeGreaterThan(0);
    expect(found(server.output())).toEqual([]);
    if (stores !== undefined)
      expect(found(await dumpTables(readSettings(stores.env, folder)))).toEqual([]);
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    const duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1, folder });
    const seen = { files: 0, bytes: 0, tables: 0 };
    for (const file of files) {
      const bytes = await readFile(file);
      seen.files++;
      seen.bytes += bytes.length;
      expect([file, found(bytes)]).toEqual([file, []]);
      // What is compressed is read as a table.
      if (!bytes.subarray(0, 4).equals(Buffer.from('PAR1'))) continue;
      const sql = `SELECT to_json(t)::VARCHAR FROM ${parquet([file])} t`;
      const rows = await duck.read((session) => session.rows(sql));
      seen.tables++;
      expect([file, rows.length > 0, found(rows.flat().join('\n'))]).toEqual([file, true, []]);
    }
    duck.close();
    expect(seen.tables).toBeGreaterThan(2);
    process.stdout.write(
      `canaries on ${homeName}: ${needles.length} needles; ${seen.files} files of ` +
        `${seen.bytes} bytes, ${seen.tables} of them tables; the log of ` +
        `${server.output().length} bytes\n`,
    );
  });
});
