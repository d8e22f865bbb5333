import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-embedded-'));
});
afterAll(() => rm(data, { recursive: true, force: true }));

/** Runs a program that has Daybook within it, as one that has installed the package. */
async function runs(program: string): Promise<{ code: number | null; said: unknown[] }> {
  const start = `
    import { createDaybook } from 'daybook';
    const data = ${JSON.stringify(data)};
    const url = 'http://a.test';
    const say = (value) => console.log(JSON.stringify(value));
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
    const post = (daybook, path, body, key, address) =>
      daybook.fetch(
        new Request(url + path, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'User-Agent': agent, ...(key && { Authorization: 'Bearer ' + key }) },
        }),
        { address },
      );
    const view = (daybook, page, address) =>
      post(daybook, '/api/event', { n: 'pageview', u: 'https://a.test' + page }, '', address);
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', start], {
    cwd: root,
    env: { ...process.env, DAYBOOK_LOG: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A test that fails midway must not leave it running.
  process.once('exit', () => child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  const said = printed
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
  return { code, said };
}

test('hits, reports, pages; its days are closed when they are due; then it ends by itself', async () => {
  const { code, said } = await runs(`
    import { existsSync } from 'node:fs';
    import { createServer } from 'node:http';
    const daybook = await createDaybook({ data });
    const key = daybook.firstKey;
    const past = { n: 'pageview', u: 'https://a.test/past', timestamp: '2026-01-02T10:00:00Z' };
    say((await post(daybook, '/api/v1/sites', { domain: 'a.test' }, key)).status);
    say((await post(daybook, '/api/events', { events: [past] }, key)).status);
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.2'])
      await view(daybook, '/', address);
    const server = createServer(daybook.listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const at = 'http://127.0.0.1:' + server.address().port;
    const event = JSON.stringify({ n: 'pageview', u: 'https://a.test/' });
    const headers = { 'User-Agent': agent };
    say((await fetch(at + '/api/event', { method: 'POST', body: event, headers })).status);
    say((await fetch(at + '/js/daybook.v1.js')).headers.get('content-type'));
    server.close();
    server.closeAllConnections();
    const query = { site_id: 'a.test', metrics: ['visitors', 'pageviews'], date_range: 'day' };
    const report = await (await post(daybook, '/api/v2/query', query, key)).json();
    say(report.results[0].metrics);
    say((await createDaybook({ data }).catch((error) => error)).message);
    while (!existsSync(data + '/files/ledger'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    await daybook.close();
    say((await view(daybook, '/')).status);`);
  expect(said.slice(0, 5)).toEqual([200, 200, 202, 'text/javascript; charset=utf-8', [3, 4]]);
  expect(said[5]).toContain('is open in this process already');
  expect([said[6], code]).toEqual([503, 0]);
});

test('the client for Node is a part of the package', async () => {
  const { said } = await runs(`
    const { createClient } = await import('daybook/node');
    say(typeof createClient);`);
  expect(said).toEqual(['function']);
});

test('what was collected is there at the next start, which shows no key', async () => {
  const { code, said } = await runs(`
    await (await createDaybook({ data })).close();
    const daybook = await createDaybook({ data });
    say(daybook.firstKey ?? null);
    say((await view(daybook, '/', '203.0.113.1')).status);
    const asked = await daybook.fetch(new Request(url + '/api/hits?site=a.test'));
    say(asked.status);
    await daybook.close();`);
  expect([code, said]).toEqual([0, [null, 202, 401]]);
});
