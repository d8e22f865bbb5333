import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHome } from '../../src/entry/home.ts';
import { ownDays } from '../../src/journal/read.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { dayBounds, zonesFrom } from '../../src/lib/site-days.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { cli, freePort, lastLine, serve } from '../support/real-process.ts';

let data: string;
const zones = zonesFrom('UTC', 0);
/** The same for the whole file, should midnight pass meanwhile. */
const startMs = Date.now();
const at = (back: number) => startMs - back * dayMs;
const dayOf = (back: number) => dayBounds(zones, at(back)).day;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-closing-'));
  await cli(['site', 'add', 'a.test', '--open', '--data', data]);
});
afterAll(() => rm(data, { recursive: true, force: true }));

async function addHits(backs: readonly number[], late = false): Promise<void> {
  const home = await openHome(data, Date.now, {});
  try {
    const [site] = await home.rows.scan('sites');
    for (const back of backs)
      await appendHits(home, { id: site!.sort, zones }, [hitOf({ time: at(back) })], {
        late,
        receivedAtMs: late ? Date.now() : at(back),
      });
  } finally {
    await home.close();
  }
}

async function openDays(): Promise<string[]> {
  const home = await openHome(data, Date.now, {});
  try {
    const [site] = await home.rows.scan('sites');
    return await ownDays(home, site!.sort);
  } finally {
    await home.close();
  }
}

type Health = {
  readonly memory: {
    readonly limit_bytes: number;
    readonly processes: readonly { readonly name: string; readonly pid: number }[];
  };
};

const closedDays = async () => {
  const [site] = await readdir(join(data, 'files', 'ledger')).catch(() => []);
  return site === undefined ? [] : (await readdir(join(data, 'files', 'ledger', site))).sort();
};

test('a server closes ended days, gives the same answers, and ends its processes', async () => {
  await addHits([5, 3, 3, 0]);
  const key = lastLine((await cli(['key', 'new', '--data', data])).stdout);
  // There is no room for reports and closing at once. Which of them gives way hangs on which was
  // first: `room.test.ts` tells both.
  const server = await serve({ data, port: await freePort(), args: ['--memory', '256m'] });
  const memory = async () => {
    const headers = { Authorization: `Bearer ${key}` };
    const answer = await fetch(`${server.url}/health`, { headers });
    return ((await answer.json()) as Health).memory;
  };
  const reports = async () => (await memory()).processes.find(({ name }) => name === 'report')?.pid;
  const hits = async () => (await fetch(`${server.url}/api/hits?site=a.test`)).text();
  const open = await hits();
  expect(open.split('\n').length).toBe(5);
  expect(await reports()).toBeGreaterThan(0);
  expect((await memory()).limit_bytes).toBe(256 * 2 ** 20);
  await expect.poll(closedDays, { interval: 200 }).toEqual([dayOf(5), dayOf(3)]);
  expect(await hits()).toBe(open);
  const report = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({ site_id: 'a.test', metrics: ['pageviews'], date_range: 'all' }),
  });
  expect(await report.json()).toMatchObject({ results: [{ metrics: [4] }] });
  // Their rows go after; a server that ends before leaves that to the next closing.
  await expect.poll(openDays, { interval: 200 }).toEqual([dayOf(0)]);
  await server.end('SIGTERM');
  expect(server.output()).not.toMatch(/rows that were stored are missing/);
});

test('by hand, alone: what is due, one day, again, and one that is not over', async () => {
  await addHits([4]);
  await addHits([5], true);
  const run = await cli(['close', '--data', data]);
  expect(run.stdout.split('\n').map((line) => line.replace(/, [\d,]+ bytes.*/, ''))).toEqual([
    `a.test ${dayOf(5)}: 2 hits, 1 visit`,
    `a.test ${dayOf(4)}: 1 hit, 1 visit`,
    '2 days closed',
    '',
  ]);
  expect(lastLine((await cli(['close', '--data', data])).stdout)).toBe('no day to close');
  const again = await cli([
    'close',
    '--site',
    'a.test',
    '--day',
    dayOf(4),
    '--again',
    '--data',
    data,
  ]);
  expect(lastLine(again.stdout)).toBe('1 day closed');
  const early = await cli(['close', '--day', dayOf(0), '--data', data]);
  expect([early.code, early.stderr]).toEqual([
    1,
    expect.stringMatching(/is not over: expected a day that can be closed/),
  ]);
});

test('after closing, the books still balance at the next start', async () => {
  const server = await serve({ data, port: await freePort() });
  // It does not end before it has compared its books with its rows.
  await server.end('SIGTERM');
  expect(server.output()).not.toMatch(/missing|could not be/);
});
