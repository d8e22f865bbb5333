import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../clients/node/src/index.ts';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

let data: string;
let port: number;
let server: RealProcess;
let key: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-client-'));
  port = await freePort();
  await cli(['site', 'add', 'kill.test', '--open', '--data', data]);
  const made = await cli(['key', 'new', '--scope', 'write', '--site', 'kill.test', '--data', data]);
  key = lastLine(made.stdout);
  server = await serve({ data, port });
});
afterAll(async () => {
  await server?.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
});

async function pages(start: string): Promise<string[]> {
  const text = await (await fetch(`${server.url}/api/hits?site=kill.test`)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { page: string }).page)
    .filter((page) => page.startsWith(start))
    .sort();
}

test('a server that is killed again and again: nothing is lost, and nothing counts twice', async () => {
  const client = createClient({
    ...{ url: server.url, key, batchSize: 20, gatherMs: 0, retryMs: 20, exitMs: 0 },
  });
  let sent = 0;
  for (let round = 0; round < 3; round++) {
    const before = client.counts().accepted;
    for (let i = 0; i < 300; i++)
      client.track({ url: `https://kill.test/k/${sent++}`, userAgent: chrome });
    // Somewhere within its requests.
    await expect.poll(() => client.counts().accepted, { interval: 1 }).toBeGreaterThan(before);
    await server.end('SIGKILL');
    server = await serve({ data, port });
  }
  expect(await client.close(60_000)).toMatchObject({ tracked: 900, accepted: 900, waiting: 0 });
  const all = await pages('/k/');
  expect([all.length, new Set(all).size]).toEqual([900, 900]);
});

const built = fileURLToPath(new URL('../../clients/node/dist/index.js', import.meta.url));

/** A process that tracks, and then does `then`. */
function running(page: string, then: string) {
  const program = `
    import { createClient } from ${JSON.stringify(built)};
    const options = { url: ${JSON.stringify(server.url)}, key: process.env.KEY };
    const client = createClient(options);
    createClient(options).track({ url: 'https://kill.test${page}other' });
    for (let i = 0; i < 50; i++) client.track({ url: 'https://kill.test${page}' + i });
    ${then}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('a process that ends by itself, or by a signal, has sent what waited', async () => {
  const byItself = running('/end/', '');
  expect((await once(byItself, 'exit'))[0]).toBe(0);
  expect(await pages('/end/')).toHaveLength(51);

  const stopped = running('/term/', 'setInterval(() => {}, 1000); console.log("ready");');
  await once(stopped.stdout!, 'data');
  stopped.kill('SIGTERM');
  expect((await once(stopped, 'exit'))[1]).toBe('SIGTERM');
  expect(await pages('/term/')).toHaveLength(51);
});
