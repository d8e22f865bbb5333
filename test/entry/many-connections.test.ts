import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
import { freePort, type RealProcess, serve } from '../support/real-process.ts';

// A server that may open 256 files, and more connections than that.

const domain = 'many.test';

let data: string;
let server: RealProcess;
let key: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-many-'));
  server = await serve({
    ...{ data, port: await freePort() },
    under: ['sh', '-c', 'ulimit -n 256; exec "$@"', '--'],
  });
  key = /#key=(\S+)/.exec(server.output())![1]!;
  const added = await post('/api/v1/sites', { domain });
  expect(added.status).toBe(200);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.end('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    ...{ method: 'POST', body: JSON.stringify(body), ...(signal && { signal }) },
    headers: { Authorization: `Bearer ${key}`, 'User-Agent': chrome },
  });
}

const hit = () => post('/api/event', { name: 'pageview', url: `https://${domain}/`, domain });

const query = (signal?: AbortSignal) =>
  post('/api/v2/query', { site_id: domain, metrics: ['pageviews'], date_range: 'day' }, signal);

/** A connection that has asked once, and stays open. Gives whether it was answered. */
function keepOpen(): Promise<boolean> {
  const { port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => resolve(true));
    socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
  });
}

/** Whatever the connections have taken, asks until there is an answer. */
async function answerOf(ask: () => Promise<Response>): Promise<Response> {
  let answer: Response | undefined;
  await expect
    .poll(async () => {
      answer = await ask().catch(() => undefined);
      return answer;
    })
    .toBeDefined();
  return answer!;
}

test('with 400 connections hits are taken and reports made: nothing is answered 500', async () => {
  const answered = await Promise.all(Array.from({ length: 400 }, keepOpen));
  expect(answered.filter(Boolean).length).toBeGreaterThan(50);
  expect((await answerOf(hit)).status).toBe(202);
  const report = await answerOf(query);
  expect(report.status).toBe(200);
  const { results } = (await report.json()) as { results: { metrics: number[] }[] };
  expect(results[0]!.metrics).toEqual([1]);
});

test('requests that their senders abort are no failures of ours', async () => {
  for (let i = 0; i < 20; i++) {
    const abort = new AbortController();
    const asked = query(abort.signal).catch(() => 'aborted');
    setImmediate(() => abort.abort());
    await asked;
  }
  const { port } = new URL(server.url);
  for (const path of ['/api/event', '/api/v2/query', '/api/v1/sites', '/analytics']) {
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n`;
    socket.on('error', () => {});
    socket.write(`${head}Content-Length: 100\r\n\r\n{"name":`, () => socket.destroy());
    await new Promise((resolve) => socket.once('close', resolve));
  }
  await answerOf(query);
  expect(server.output()).not.toContain('not foreseen');
});

test('SIGTERM ends it in good order though connections stay open', async () => {
  expect(sockets.some(({ destroyed }) => !destroyed)).toBe(true);
  expect(await server.end('SIGTERM')).toBe(0);
  await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
});
