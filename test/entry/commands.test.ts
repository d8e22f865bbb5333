import { once } from 'node:events';
import { access, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { longestHomes } from '../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

describe.each(longestHomes)('on the home %s', (homeName) => {
  let data: string;
  let port: number;
  let server: RealProcess;
  let stores: AwsStores | undefined;
  beforeAll(async () => {
    stores = homeName === 'aws' ? await openAwsStores() : undefined;
    data = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    port = await freePort();
    server = await serve({ data, port, env: stores?.env ?? {} });
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await stores?.close();
    await rm(data, { recursive: true, force: true });
  });

  const run = (...args: string[]) => cli([...args, '--data', data], stores?.env);
  /** Where a setting may be 5 s old: tries until it is so. */
  const eventually = (check: () => Promise<void>) =>
    homeName === 'machine' ? check() : vi.waitFor(check, { timeout: 60_000, interval: 200 });
  const post = (site: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/analytics?site=${site}`, {
      method: 'POST',
      body: '{"pathname":"/"}',
      headers,
    });

  describe('beside a running server', () => {
    test('the first start printed the key once, with a ready link', () => {
      const [, key] = /#key=([\w-]{43})\n/.exec(server.output())!;
      expect(server.output().split(key!)).toHaveLength(3); // alone, and in the link
      expect(server.output()).toContain(`http://localhost:${port}/sign-in#key=`);
    });

    test('sites are made as a file says; the second time nothing changes', async () => {
      const file = join(data, 'sites.yaml');
      await writeFile(file, 'sites:\n  applied.test:\n    open: true\n    goals: [{ page: /a }]\n');
      expect((await run('apply', file)).stderr).toContain('nothing was changed; say --yes');
      expect((await run('apply', file, '--yes')).stdout).toContain('3 changes made');
      expect(await run('apply', file)).toMatchObject({ code: 0, stdout: 'nothing changes\n' });
      expect((await run('site', 'yaml', 'applied.test')).stdout).toContain('- page: /a\n');
      expect((await run('site', 'remove', 'applied.test', '--yes')).code).toBe(0);
    });

    test('a site added is collected for at once; settings and removal count too', async () => {
      expect(
        await run('site', 'add', 'one.test', '--open', '--timezone', 'Europe/Berlin'),
      ).toMatchObject({
        code: 0,
        stdout: 'one.test\n',
      });
      await eventually(async () =>
        expect((await post('one.test')).headers.get('x-daybook-dropped')).toBe(null),
      );
      const set = await run(
        'site',
        'set',
        'one.test',
        'excluded_addresses=127.0.0.1',
        'open=false',
      );
      expect(JSON.parse(lastLine(set.stdout))).toMatchObject({
        excluded_addresses: ['127.0.0.1'],
        open: false,
      });
      await eventually(async () =>
        expect((await post('one.test')).headers.get('x-daybook-dropped')).toBe('excluded-ip'),
      );
      const list = await run('site', 'list');
      expect(
        list.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).domain),
      ).toEqual(['one.test']);
      expect((await run('site', 'remove', 'one.test', '--yes')).stdout).toBe('one.test\n');
      await eventually(async () =>
        expect((await post('one.test')).headers.get('x-daybook-dropped')).toBe('unknown-site'),
      );
    });

    test('goals of a site are added, listed and removed', async () => {
      await run('site', 'add', 'goals.test');
      const add = await run(
        'goal',
        'add',
        '--site',
        'goals.test',
        '--event',
        'Buy',
        '--currency',
        'EUR',
      );
      expect(JSON.parse(lastLine(add.stdout))).toMatchObject({
        event_name: 'Buy',
        currency: 'EUR',
      });
      await run('goal', 'add', '--site', 'goals.test', '--page', '/thanks/**', '--name', 'Thanks');
      const list = async () =>
        (await run('goal', 'list', '--site', 'goals.test')).stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).display_name);
      expect(await list()).toEqual(['Buy', 'Thanks']);
      await run('goal', 'remove', 'Buy', '--site', 'goals.test');
      expect(await list()).toEqual(['Thanks']);
      const wrong = await run('goal', 'add', '--site', 'goals.test', '--page', 'thanks');
      expect([wrong.code, wrong.stderr]).toEqual([
        1,
        expect.stringContaining('daybook: page: expected a path'),
      ]);
      await run('site', 'remove', 'goals.test', '--yes');
    });

    test('a renamed site takes hits by both of its domains', async () => {
      await run('site', 'add', 'before.test');
      expect((await run('site', 'rename', 'before.test', 'after.test')).stdout).toBe(
        'after.test\n',
      );
      for (const domain of ['before.test', 'after.test'])
        await eventually(async () =>
          expect((await post(domain)).headers.get('x-daybook-dropped')).toBe(null),
        );
      await run('site', 'remove', 'after.test', '--yes');
    });

    test('segments of a site are added, listed and removed', async () => {
      await run('site', 'add', 'segments.test');
      const filters = [['is', 'visit:country', ['DE']]];
      const add = (text: string) =>
        run('segment', 'add', '--site', 'segments.test', '--name', 'DE', '--filters', text);
      const added = await add(JSON.stringify(filters));
      const { id, ...rest } = JSON.parse(added.stdout);
      expect(rest).toEqual({ name: 'DE', filters });
      const list = () => run('segment', 'list', '--site', 'segments.test');
      expect((await list()).stdout).toBe(added.stdout);
      expect((await add('[["is", "x", ["DE"]]]')).stderr).toContain('filters[0][1]: expected');
      expect((await add('[[')).stderr).toContain('filters: expected JSON');
      await run('segment', 'remove', id, '--site', 'segments.test');
      expect((await list()).stdout).toBe('');
      await run('site', 'remove', 'segments.test', '--yes');
    });

    test('annotations of a site are added, listed and removed', async () => {
      await run('site', 'add', 'notes.test');
      const add = (date: string) =>
        run('annotation', 'add', '--site', 'notes.test', '--date', date, '--text', 'Launch');
      const added = await add('2026-11-10');
      const { id, ...rest } = JSON.parse(added.stdout);
      expect(rest).toEqual({ date: '2026-11-10', text: 'Launch' });
      const list = () => run('annotation', 'list', '--site', 'notes.test');
      expect((await list()).stdout).toBe(added.stdout);
      expect((await add('tomorrow')).stderr).toContain('date: expected a day');
      await run('annotation', 'remove', id, '--site', 'notes.test');
      expect((await list()).stdout).toBe('');
      await run('site', 'remove', 'notes.test', '--yes');
    });

    test('a new key ends the old one and every session', async () => {
      const [, old] = /#key=([\w-]{43})/.exec(server.output())!;
      const signIn = (key: string) =>
        fetch(`${server.url}/api/session`, { method: 'POST', body: JSON.stringify({ key }) });
      const cookie = (await signIn(old!)).headers.get('set-cookie')!.split(';')[0]!;
      const key = lastLine((await run('key', 'new')).stdout);
      expect(key).toMatch(/^[\w-]{43}$/);
      expect((await signIn(old!)).status).toBe(401);
      expect((await fetch(`${server.url}/api/v1/sites`, { headers: { cookie } })).status).toBe(401);
      expect((await signIn(key)).status).toBe(200);
    });

    test('keys that may write: made, listed, ended; the owner key stays', async () => {
      const owner = async () => (await run('key', 'list')).stdout;
      await run('site', 'add', 'keys.test');
      const key = lastLine(
        (await run('key', 'new', '--scope', 'write', '--site', 'keys.test', '--name', 'shop'))
          .stdout,
      );
      const listed = JSON.parse((await owner()).trim());
      expect(listed).toMatchObject({ name: 'shop', scope: 'write', site: 'keys.test' });
      expect(await owner()).not.toContain(key);
      const send = () =>
        fetch(`${server.url}/api/events`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${key}` },
          body: JSON.stringify({ events: [{ n: 'pageview', u: 'https://keys.test/' }] }),
        });
      expect((await (await send()).json()) as object).toMatchObject({ accepted: 1 });
      // Else a slip would end the owner key.
      expect((await run('key', 'new', '--site', 'keys.test')).stderr).toContain('expected --scope');
      await run('key', 'remove', listed.id);
      expect([(await send()).status, await owner()]).toEqual([401, '']);
      await run('site', 'remove', 'keys.test', '--yes');
    });

    test('people: invited, listed; what was done by commands is in the audit log', async () => {
      await run('site', 'add', 'people.test');
      const invited = await run('user', 'add', 'Ada@a.test', '--role', 'editor');
      expect(lastLine(invited.stdout)).toMatch(/^http:\/\/localhost:\d+\/sign-up#[\w-]{32}$/);
      expect((await run('user', 'list')).stdout).toBe('');
      for (const [args, problem] of [
        [['add', 'none'], 'expected an e-mail address'],
        [['add', 'a@a.test', '--site', 'none.test'], 'there is no site'],
        [['role', 'ada@a.test', '--role', 'owner'], 'there is no person'],
        [['reset', 'ada@a.test'], 'there is no person'],
        [['remove', 'ada@a.test'], 'there is no person'],
      ] as const) {
        const { code, stderr } = await run('user', ...args);
        expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
      }
      const scoped = ['--scope', 'read', '--site', 'people.test', '--expires', '2101-01-01'];
      const key = lastLine((await run('key', 'new', ...scoped)).stdout);
      const ask = (path: string) =>
        fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${key}` } });
      await eventually(async () =>
        expect((await ask('/api/v1/sites/people.test')).status).toBe(200),
      );
      expect((await ask('/api/v1/people')).status).toBe(403);
      const managing = await run('key', 'new', '--scope', 'manage');
      const headers = { Authorization: `Bearer ${lastLine(managing.stdout)}` };
      const answer = await fetch(`${server.url}/api/v1/audit`, { headers });
      const { entries } = (await answer.json()) as { entries: { what: string; site?: string }[] };
      const done = entries.map(({ what, site = '' }) => `${what} ${site}`.trim());
      expect(done).toEqual(
        expect.arrayContaining(['site.add people.test', 'person.invite', 'key.make people.test']),
      );
      await run('site', 'remove', 'people.test', '--yes');
    });

    test('an unnamed proxy is warned of', async () => {
      await post('one.test', { 'X-Forwarded-For': '203.0.113.1' });
      expect(server.output()).toContain('--trust-proxy 127.0.0.1');
    });
  });
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('what is wrong is said in one line', () => {
  test.each<[string, string[], string]>([
    ['unknown time zone', ['site', 'add', 'x.test', '--timezone', 'Mars/Olympus'], 'timezone'],
    ['no domain', ['site', 'add', 'no domain'], 'domain'],
    ['unknown site', ['site', 'remove', 'nowhere.test'], 'nowhere.test'],
    ['unknown setting', ['site', 'set', 'nowhere.test', 'colour=red'], 'nowhere.test'],
    ['no KEY=VALUE', ['site', 'set', 'nowhere.test', 'colour'], 'KEY=VALUE'],
    ['bad port', ['serve', '--port', '70000'], 'port'],
    ['bad proxy', ['serve', '--trust-proxy', 'everyone'], 'everyone'],
    ['unknown command', ['fly'], 'fly'],
    ['a command only JavaScript knows', ['constructor'], 'constructor'],
  ])('%s', async (_, args, named) => {
    const { code, stderr } = await cli(args);
    expect(code).toBe(1);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('    at ');
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = String((other.address() as { port: number }).port);
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    const { code, stderr } = await cli(['serve', '--port', taken, '--data', folder]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`port ${taken} on 127.0.0.1 is in use`),
    ]);
    other.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a start that finds its port taken does not use up the key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = String((other.address() as { port: number }).port);
    expect((await cli(['serve', '--port', taken, '--data', folder])).code).toBe(1);
    other.close();
    const started = await serve({ data: folder, port: await freePort() });
    expect(started.output()).toMatch(/#key=[\w-]{43}/);
    await started.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  test('a copy of a data folder in use can be served beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    const [one, two] = [await freePort(), await freePort()];
    const first = await serve({ data: join(folder, 'mine'), port: one });
    await cp(join(folder, 'mine'), join(folder, 'copy'), { recursive: true });
    const second = await serve({ data: join(folder, 'copy'), port: two });
    // A folder that was renamed is still the same one.
    await rename(join(folder, 'mine'), join(folder, 'renamed'));
    const port = String(await freePort());
    const third = await cli(['serve', '--port', port, '--data', join(folder, 'renamed')]);
    expect(third.stderr).toContain(`served already, at 127.0.0.1:${one}`);
    await first.end('SIGTERM');
    await second.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['stats.example.com', 'ftp://stats.example.com', 'https://example.com/stats', 'x'])(
    'the public URL %s is refused',
    async (url) => {
      const { code, stderr } = await cli(['serve', '--public-url', url, '--port', '0']);
      expect([code, stderr]).toEqual([1, expect.stringContaining('expected a URL without a path')]);
    },
  );

  test('a data folder in use is refused; after a killed server it is free', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    const [one, two] = [await freePort(), await freePort()];
    const first = await serve({ data: folder, port: one });
    const { code, stderr } = await cli(['serve', '--port', String(two), '--data', folder]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`served already, at 127.0.0.1:${one}`),
    ]);
    await first.end('SIGKILL');
    const second = await serve({ data: folder, port: two });
    expect(await second.end('SIGTERM')).toBe(0);
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['site', 'list'],
    ['site', 'set', 'x.test', 'open=true'],
    ['key', 'new'],
  ])('%s %s on a folder without data, which is not made', async (...args) => {
    const folder = join(tmpdir(), `daybook-mistyped-${process.pid}`);
    const { code, stderr } = await cli([...args, '--data', folder]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`no Daybook data in ${folder}`)]);
    await expect(access(folder)).rejects.toThrow();
  });

  test('a data folder of a newer version', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    await writeFile(join(folder, 'daybook.json'), '{"version":99}');
    const { code, stderr } = await cli(['site', 'list', '--data', folder]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('99')]);
    await rm(folder, { recursive: true, force: true });
  });

  test('a data folder that is a file, or below one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-cli-'));
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file', 'below')]) {
      const { code, stderr } = await cli(['site', 'list', '--data', path]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(join(folder, 'file'))]);
      expect(stderr).not.toContain('    at ');
    }
    await rm(folder, { recursive: true, force: true });
  });
});
