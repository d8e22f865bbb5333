import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

let disk: string;
let server: RealProcess | undefined;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'daybook-disk-truth-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
});
afterEach(async () => {
  await server?.end('SIGKILL');
  // The processes that it has started end when they notice.
  await expect.poll(() => spawnSync('umount', [disk]).status, { interval: 200 }).toBe(0);
  rmSync(disk, { recursive: true });
});

test('a full disk: doctor, /metrics and /health say so, and that it is over', async () => {
  const data = join(disk, 'data');
  await cli(['site', 'add', 'full.test', '--open', '--data', data]);
  const key = lastLine((await cli(['key', 'new', '--data', data])).stdout);
  const port = await freePort();
  server = await serve({ data, port });
  const ask = (path: string) =>
    fetch(`${server!.url}${path}`, { headers: { Authorization: `Bearer ${key}` } });
  const post = () =>
    fetch(`${server!.url}/analytics`, {
      method: 'POST',
      body: JSON.stringify({ pathname: '/', note: 'x'.repeat(4_000) }),
    });
  // biome-ignore lint/suspicious/noExplicitAny: the assertions check its shape
  const health = async (): Promise<any> => (await ask('/health')).json();
  const metric = async (name: string) =>
    Number(
      new RegExp(`^daybook_${name} (.*)$`, 'm').exec(await (await ask('/metrics')).text())![1],
    );
  const wrong = async () => {
    const { stdout } = await cli(['doctor', '--json', '--data', data], { PORT: String(port) });
    const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
    return Object.fromEntries(
      findings.filter(({ state }) => state === 'wrong').map(({ check, says }) => [check, says]),
    );
  };

  expect((await health()).hits_can_be_stored).toBe(true);
  expect(await metric('ready')).toBe(1);
  expect(await wrong()).not.toHaveProperty('server');

  writeFileSync(join(disk, 'ballast'), Buffer.alloc(12_000_000));
  // What is free at the end is less than a hit takes.
  await expect.poll(async () => (await post()).status, { interval: 0 }).toBe(503);
  await expect.poll(async () => (await health()).hits_can_be_stored, { interval: 200 }).toBe(false);
  const { not_ready: problem, disk: space } = await health();
  expect(problem).toMatch(/disk|space/);
  expect(space.free_bytes).toBeLessThan(space.total_bytes * 0.1);
  expect(await metric('ready')).toBe(0);
  expect(await metric('disk_free_bytes')).toBeLessThan(1_000_000);
  const found = await wrong();
  expect(found['disk']).toMatch(/^0\.[78] MiB of 16\.0 MiB are free/);
  expect(found['server']).toMatch(/takes no hits: /);
  expect(found['data']).toBeUndefined();

  rmSync(join(disk, 'ballast'));
  await expect.poll(async () => (await health()).hits_can_be_stored, { interval: 200 }).toBe(true);
  expect(await metric('ready')).toBe(1);
  expect(await wrong()).toEqual({});
});
