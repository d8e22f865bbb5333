import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cli, freePort, type RealProcess, serve } from '../support/real-process.ts';
import { countIds } from '../support/senders.ts';

let disk: string;
let server: RealProcess | undefined;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'daybook-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]);
});
afterEach(async () => {
  await server?.end('SIGKILL');
  // The processes that it has started end when they notice.
  await expect.poll(() => spawnSync('umount', [disk]).status, { timeout: 50_000, interval: 200 }).toBe(0);
  rmSync(disk, { recursive: true });
});

const post = (url: string) =>
  fetch(`${url}/analytics`, {
    method: 'POST',
    body: JSON.stringify({ pathname: '/', note: 'x'.repeat(4_000) }),
  });

test('a full disk: 503, nothing acknowledged lost, and it heals when space returns', async () => {
  const data = join(disk, 'data');
  await cli(['site', 'add', 'full.test', '--open', '--data', data]);
  server = await serve({ data, port: await freePort() });
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(2_000_000));

  const acknowledged: string[] = [];
  let refused = 0;
  for (let i = 0; i < 3_000 && refused < 20; i++) {
    const answer = await post(server.url);
    if (answer.status === 200) acknowledged.push(((await answer.json()) as { id: string }).id);
    else {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(((await answer.json()) as { message: string }).message).not.toBe('');
      refused++;
    }
  }
  expect(acknowledged.length).toBeGreaterThan(50);
  expect(refused).toBe(20);
  const missing = async () => {
    const stored = await countIds(server!.url, 'full.test');
    return acknowledged.filter((id) => stored.get(id) !== 1);
  };
  expect(await missing()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  expect(server.child.exitCode).toBe(null);

  rmSync(join(disk, 'ballast'));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  for (let i = 0; i < 20; i++) {
    const answer = await post(server.url);
    expect(answer.status).toBe(200);
    acknowledged.push(((await answer.json()) as { id: string }).id);
  }
  expect(await missing()).toEqual([]);
  expect(await server.end('SIGKILL')).toBe('SIGKILL');
  server = await serve({ data, port: await freePort() });
  expect(await missing()).toEqual([]);
});

test('a disk that cannot be written is named', async () => {
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const { code, stderr } = await cli(['site', 'list', '--data', join(disk, 'data')]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(join(disk, 'data'))]);
  expect(stderr).not.toContain('    at ');
});
