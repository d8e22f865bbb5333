import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

const log = fileURLToPath(new URL('../fixtures/access-combined-10k.log', import.meta.url));

/** What an owner does about old hits, by the CLI beside a server. */
describe('erasing, pruning and verifying by the CLI', () => {
  let data: string;
  let server: RealProcess;
  let key: string;
  const run = (...args: string[]) => cli([...args, '--data', data]);

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'daybook-keeping-'));
    server = await serve({ data, port: await freePort() });
    key = lastLine((await run('key', 'new')).stdout);
    await run('site', 'add', 'old.test', '--open');
    expect((await run('import', 'log', '--site', 'old.test', log)).code).toBe(0);
    expect((await run('close', '--site', 'old.test')).code).toBe(0);
  }, 60_000);
  afterAll(async () => {
    await server.end('SIGTERM');
    await rm(data, { recursive: true, force: true });
  });

  const views = async (page: string) => {
    const answer = await fetch(`${server.url}/api/v2/query`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{
          site_id: 'old.test',
          metrics: ['pageviews'],
          date_range: ['2015-05-01', '2015-05-31'],
        },
        filters: [['is', 'event:page', [page]]],
      }),
    });
    const { results } = (await answer.json()) as { results: { metrics: number[] }[] };
    return results[0]!.metrics[0]!;
  };
  async function ledgerFiles(): Promise<string[]> {
    const entries = await readdir(join(data, 'files', 'ledger'), {
      recursive: true,
      withFileTypes: true,
    });
    return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  }

  test('erase: a dry run says what would go, and then it is gone from reports', async () => {
    const page = '/projects/xdotool/';
    const before = await views(page);
    expect(before).toBeGreaterThan(10);
    const erase = ['erase', '--site', 'old.test', '--page', page];
    expect(lastLine((await run(...erase, '--dry-run')).stdout)).toBe(String(before));
    expect(await views(page)).toBe(before);
    expect(await run(...erase)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was removed; say --yes'),
    });
    expect(await views(page)).toBe(before);
    const erased = await run(...erase, '--yes');
    expect(erased).toMatchObject({ code: 0, stderr: expect.stringContaining(`${before} hits of`) });
    expect(lastLine(erased.stdout)).toBe(String(before));
    expect(await views(page)).toBe(0);
    // One command takes it back, and it is erased again.
    const [, id] = /restore (erasure-\w+)/.exec(erased.stderr)!;
    expect((await run('restore')).stdout).toContain(`${id}\told.test\t`);
    expect(await run('restore', id!)).toMatchObject({ code: 0, stdout: 'old.test\n' });
    expect(await views(page)).toBe(before);
    expect(lastLine((await run(...erase, '--yes', '--now')).stdout)).toBe(String(before));
    expect(await views(page)).toBe(0);
    expect((await run('restore')).stdout).toBe('');
    expect(lastLine((await run(...erase, '--dry-run')).stdout)).toBe('0');
    expect(await run('erase', '--site', 'old.test')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('at least one of'),
    });
    // The same lines once more do not bring it back, and are not taken for new ones.
    const again = await run('import', 'log', '--site', 'old.test', log);
    expect(lastLine(again.stdout)).toBe('0');
    expect(again.stdout).toMatch(new RegExp(`^erased +${before} `, 'm'));
    await run('close', '--site', 'old.test');
    expect(await views(page)).toBe(0);
    expect((await run('verify')).code).toBe(0);
  });

  test('erase: hits of the running day are gone at once, from reports and rows', async () => {
    await run('site', 'add', 'today.test', '--open');
    for (const path of ['/kept', '/gone', '/gone']) {
      const headers = { 'User-Agent': chrome };
      const body = JSON.stringify({
        n: 'pageview',
        u: `https://today.test${path}`,
        d: 'today.test',
      });
      expect(
        (await fetch(`${server.url}/api/event`, { method: 'POST', headers, body })).status,
      ).toBe(202);
    }
    const pages = async () => {
      const query = {
        site_id: 'today.test',
        metrics: ['pageviews'],
        date_range: 'day',
        dimensions: ['event:page'],
      };
      const answer = await fetch(`${server.url}/api/v2/query`, {
        method: 'POST',
        body: JSON.stringify(query),
      });
      const { results } = (await answer.json()) as {
        results: { dimensions: string[]; metrics: number[] }[];
      };
      return results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]]);
    };
    expect(await pages()).toEqual([
      ['/gone', 2],
      ['/kept', 1],
    ]);
    const asked = await fetch(`${server.url}/api/v1/sites/today.test/erasures`, {
      method: 'POST',
      // As curl sends it.
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: JSON.stringify({ page: '/gone' }),
    });
    expect(asked.status).toBe(202);
    expect(await pages()).toEqual([['/kept', 1]]);
    const rows = await (await fetch(`${server.url}/analytics?site=today.test`)).json();
    expect(rows).toMatchObject({ Count: 1, Items: [{ pagePath: '/kept' }] });
  });

  test('erase: by the API, for the owner, soon', async () => {
    const path = `${server.url}/api/v1/sites/old.test/erasures`;
    const ask = (body: object, headers: Record<string, string> = {}) =>
      fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const owner = { Authorization: `Bearer ${key}` };
    expect((await ask({ page: '/' })).status).toBe(401);
    expect((await ask({ pages: '/' }, owner)).status).toBe(400);
    const answer = await ask({ page: '/misc/*', from: '2015-05-18' }, owner);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({
      page: ['/misc/*'],
      from: '2015-05-18T00:00:00.000Z',
    });
    const { erasures } = (await (await fetch(path, { headers: owner })).json()) as {
      erasures: unknown[];
    };
    expect(erasures.at(-1)).toMatchObject({ page: ['/misc/*'] });
    await run('close', '--site', 'old.test');
    expect((await run('verify')).code).toBe(0);
  });

  test('verify: names a damaged file, and ends with code 1', async () => {
    const sound = await run('verify');
    expect(sound).toMatchObject({ code: 0, stderr: '' });
    // Days that were closed again also have older files, which no manifest names.
    expect(sound.stdout).toContain('is named by no manifest');
    const nameOf = (path: string) => path.slice(path.indexOf('ledger/'));
    const path = (await ledgerFiles()).find((one) => !sound.stdout.includes(nameOf(one)))!;
    const whole = await readFile(path);
    const harmed = Buffer.from(whole);
    harmed[100]! ^= 1;
    await writeFile(path, harmed);
    const damaged = await run('verify', '--site', 'old.test');
    await writeFile(path, whole);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain(`old.test\t${nameOf(path)}\texpected SHA-256 `);
    expect(lastLine(damaged.stdout)).toBe('1');
  });

  test('prune: what would go is asked for, can be taken back, and its days take no hits', async () => {
    expect((await run('prune')).stdout).toBe('no day to prune\n');
    const before = await views('/');
    const firstKept = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
    const set = ['site', 'set', 'old.test', 'keep_hits_days=30'];
    const asked = await run(...set);
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toMatch(/the [\d,]+ hits of 4 days from 2015-05-17 to 2015-05-20/);
    expect((await run(...set, '--dry-run')).stdout).toContain('hits of 4 days');
    expect((await run('site', 'list')).stdout).toContain('"keep_hits_days":"forever"');
    const agreed = await run(...set, '--yes');
    expect(agreed.stderr).toContain(`hits of days before ${firstKept} are kept no longer`);
    expect((await run('prune', '--yes')).stdout).toBe('no day to prune\n');
    const [, id] = /restore (pruned-\w+)/.exec(agreed.stderr)!;
    const hits = async () =>
      (await fetch(`${server.url}/api/hits?site=old.test&format=ndjson`)).text();
    expect(await hits()).toBe('');
    expect(await run('restore', id!)).toMatchObject({ code: 0, stdout: 'old.test\n' });
    expect((await run('site', 'list')).stdout).toContain('"keep_hits_days":"forever"');
    expect(await views('/')).toBe(before);
    expect((await hits()).split('\n').length).toBeGreaterThan(1000);
    expect((await run('verify')).code).toBe(0);
    await run(...set, '--yes');
    expect((await run('prune', '--unseal', '--site', 'old.test', '--dry-run')).stderr).toContain(
      'something was erased from it, so it stays sealed',
    );
    const again = await run('import', 'log', '--site', 'old.test', log);
    expect(again.stdout).toContain('no longer kept');
    expect(lastLine(again.stdout)).toBe('0');
  });

  test('site remove: asks, and one command brings the site back with its hits', async () => {
    const before = await views('/');
    expect(await run('site', 'remove', 'old.test')).toMatchObject({ code: 1, stdout: '' });
    const removed = await run('site', 'remove', 'old.test', '--yes');
    expect(removed).toMatchObject({ code: 0, stdout: 'old.test\n' });
    expect((await run('site', 'list')).stdout).not.toContain('old.test');
    const [, id] = /restore (site-\w+)/.exec(removed.stderr)!;
    expect(await run('restore', id!)).toMatchObject({ code: 0, stdout: 'old.test\n' });
    expect(await views('/')).toBe(before);
    expect((await run('verify')).code).toBe(0);
  });
});
