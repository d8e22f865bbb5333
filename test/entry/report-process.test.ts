import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

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
  const answer = await asked('/api/v2/query', {
    ...{ site_id: 'reports.test', metrics: ['pageviews'], date_range: 'day' },
  });
  // On a busy machine it may take longer than it may.
  if (answer.status === 503) return pageviews();
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

const asked = (path: string, body: object) =>
  fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

test('a malformed query is refused before a report process is started', async () => {
  const query = { site_id: 'reports.test', metrics: ['nonsense'], date_range: 'day' };
  const single = await asked('/api/v2/query', query);
  expect(single.status).toBe(400);
  expect(await single.json()).toMatchObject({ error: expect.stringContaining('metrics[0]') });
  const batch = await asked('/api/v2/batch', { site_id: 'reports.test', queries: [query] });
  expect(batch.status).toBe(400);
  expect(await batch.json()).toMatchObject({
    error: expect.stringContaining('queries[0].metrics[0]'),
  });
  expect(childrenOf(server.child.pid!)).toEqual([]);
});

test('a server that only collects has no report process; a question starts one', async () => {
  await send();
  expect(childrenOf(server.child.pid!)).toEqual([]);
  expect(await pageviews()).toMatchObject({ status: 200, body: { results: [{ metrics: [1] }] } });
  await send();
  expect(await pageviews()).toMatchObject({ status: 200, body: { results: [{ metrics: [2] }] } });
  expect(childrenOf(server.child.pid!)).toHaveLength(1);
});

test('whoever opens the dashboard need not wait until the process has started', async () => {
  const opened = await serve({
    data: await mkdtemp(join(data, 'opened-')),
    port: await freePort(),
  });
  try {
    await fetch(`${opened.url}/assets/none.js`);
    expect(childrenOf(opened.child.pid!)).toEqual([]);
    await fetch(opened.url);
    expect(childrenOf(opened.child.pid!)).toHaveLength(1);
  } finally {
    await opened.end('SIGTERM');
  }
});

/** A report process of an empty folder that has just been started; no timer has run yet. */
async function prepared(options: { readonly unaskedMs?: number; readonly answersMs?: number }) {
  const built = '../../dist/src/entry/server/report-client.js';
  const { openReportProcess }: typeof import('../../src/entry/server/report-client.ts') =
    await import(built);
  const reports = openReportProcess(
    await mkdtemp(join(data, 'prepared-')),
    () => ({ ms: 0, setBacks: 0 }),
    { env: process.env, memoryBytes: 2 ** 30, ...options },
  );
  reports.prepare();
  for (let i = 0; i < 20; i++) await undefined;
  return reports;
}

test('a process that was prepared and is asked nothing ends again', async () => {
  const reports = await prepared({ unaskedMs: 20 });
  const pid = reports.pid()!;
  reports.prepare();
  expect(reports.pid()).toBe(pid);
  await expect.poll(() => alive(pid)).toBe(false);
  expect(reports.pid()).toBeUndefined();
  reports.close();
});

test('a process that does not answer is not waited for', async () => {
  const reports = await prepared({ answersMs: 200 });
  process.kill(reports.pid()!, 'SIGSTOP');
  const site = { id: 'stuck', domain: 'stuck.test', zones: [] } as never;
  await expect(reports.realtime(site, 'owner')).rejects.toMatchObject({
    fault: 'unavailable',
    message: 'the report process has not answered within 0.2 s; ask again later',
  });
  reports.close();
});

test('what is wrong with a query is answered with 400', async () => {
  const answer = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({ site_id: 'reports.test', metrics: ['nonsense'], date_range: 'day' }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining('nonsense') });
});

test('a regular expression is judged by the engine', async () => {
  const filters = [['matches', 'event:page', ['(']]];
  const query = { site_id: 'reports.test', metrics: ['visitors'], date_range: 'day', filters };
  expect((await asked('/api/v2/query', query)).status).toBe(400);
});

test('when it is killed, hits are still stored, and the next question is answered', async () => {
  const [reports] = childrenOf(server.child.pid!);
  const key = lastLine((await cli(['key', 'new', '--data', data])).stdout);
  const ask = (path: string) =>
    fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${key}` } });
  const health = async () =>
    ((await (await ask('/health')).json()) as { reports: Record<string, unknown> }).reports;
  const told = async () => {
    const { stdout } = await cli(['doctor', '--json', '--data', data]);
    const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
    return findings.find(({ check }) => check === 'reports');
  };
  expect(await health()).toEqual({ failures: 0 });
  process.kill(reports!, 'SIGKILL');
  // It stays so until the next question is answered.
  await expect.poll(health).toMatchObject({
    ...{ failures: 1, problem: 'the report process ended (SIGKILL)' },
  });
  expect(await (await ask('/metrics')).text()).toMatch(/^daybook_failed_reports_total 1$/m);
  expect(await told()).toMatchObject({
    ...{ state: 'wrong', says: expect.stringContaining('ended (SIGKILL)') },
  });
  expect((await send()).status).toBe(202);
  expect((await pageviews()).body.results).toEqual([{ dimensions: [], metrics: [3] }]);
  expect(await health()).toEqual({ failures: 1 });
  await expect.poll(told).toMatchObject({ state: 'fine' });
});

test('it ends with the server, however that ends', async () => {
  const [reports] = childrenOf(server.child.pid!);
  await server.end('SIGKILL');
  await expect.poll(() => alive(reports!)).toBe(false);
});
