import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, type RealProcess, serve } from '../support/real-process.ts';

let data: string;
let server: RealProcess;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-reports-'));
  await cli(['site', 'add', 'reports.test', '--open', '--data', data]);
  server = await serve({ data, port: await freePort() });
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
});

const send = () =>
  fetch(`${server.url}/api/event`, {
    method: 'POST',
    headers: { 'User-Agent': chrome },
    body: JSON.stringify({ n: 'pageview', u: 'https://reports.test/', d: 'reports.test' }),
  });

async function pageviews(): Promise<{
  status: number;
  body: { results?: { metrics: number[] }[]; error?: string };
}> {
  const answer = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({ site_id: 'reports.test', metrics: ['pageviews'], date_range: 'day' }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

/** The processes that the server has started. */
function childrenOf(pid: number): number[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a server that only collects has no report process; a question starts one, and it counts the newest hit', async () => {
  await send();
  expect(childrenOf(server.child.pid!)).toEqual([]);
  expect(await pageviews()).toMatchObject({ status: 200, body: { results: [{ metrics: [1] }] } });
  await send();
  expect(await pageviews()).toMatchObject({ status: 200, body: { results: [{ metrics: [2] }] } });
  expect(childrenOf(server.child.pid!)).toHaveLength(1);
});

test('what is wrong with a query is said as ever', async () => {
  const answer = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({ site_id: 'reports.test', metrics: ['nonsense'], date_range: 'day' }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining('nonsense') });
});

test('killed, it takes nothing with it: hits are taken in, and the next question is answered', async () => {
  const [reports] = childrenOf(server.child.pid!);
  process.kill(reports!, 'SIGKILL');
  expect((await send()).status).toBe(202);
  await expect.poll(async () => (await pageviews()).status, { timeout: 10_000 }).toBe(200);
  expect((await pageviews()).body.results).toEqual([{ dimensions: [], metrics: [3] }]);
});

test('it ends with the server, however that ends', async () => {
  const [reports] = childrenOf(server.child.pid!);
  await server.end('SIGKILL');
  await expect.poll(() => alive(reports!), { timeout: 5_000 }).toBe(false);
});
