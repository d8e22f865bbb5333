import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
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
  await expect.poll(() => spawnSync('umount', [disk]).status, { interval: 200 }).toBe(0);
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
  // An answer serves for a second.
  const ready = async () => (await fetch(`${server!.url}/health/ready`)).status;
  await expect.poll(ready, { interval: 200 }).toBe(503);
  expect(server.child.exitCode).toBe(null);

  rmSync(join(disk, 'ballast'));
  await expect.poll(ready, { interval: 200 }).toBe(200);
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

test('closing stops while hits still have room, leaves no file, and resumes later', async () => {
  execFileSync('mount', ['-o', 'remount,size=64m', disk]);
  const data = join(disk, 'data');
  const log = join(disk, '..', `${basename(disk)}.log`);
  const views = 60_000;
  const day = new Date(Date.now() - 3 * 86_400_000).toUTCString().slice(5, 16).replaceAll(' ', '/');
  const lines = Array.from({ length: views }, (_, i) => {
    const time = new Date(i * 1_000).toISOString().slice(11, 19);
    return (
      `8.8.${i % 200}.${i % 7} - - [${day}:${time} +0000] "GET /${i % 500} HTTP/1.1" 200 99 "-" ` +
      `"${chrome}"\n`
    );
  });
  writeFileSync(log, lines.join(''));
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(18_000_000));
  await cli(['site', 'add', 'full.test', '--open', '--data', data]);
  const imported = await cli(['import', 'log', '--site', 'full.test', '--data', data, log]);
  rmSync(log);
  expect(imported.stdout).toMatch(/taken +60000 .*\nclosed +0 days/);

  server = await serve({ data, port: await freePort() });
  const refused: number[] = [];
  let closing = true;
  const sending = (async () => {
    while (closing) {
      const { status } = await post(server!.url);
      if (status !== 200) refused.push(status);
    }
  })();
  const close = () => cli(['close', '--site', 'full.test', '--data', data]);
  const { code, stderr } = await close();
  closing = false;
  await sending;
  expect([code, stderr]).toEqual([1, expect.stringContaining('the disk has too little room')]);
  expect(refused).toEqual([]);
  const files = execFileSync('find', [join(data, 'files'), '-type', 'f'], { encoding: 'utf8' });
  expect(files).toBe('');

  rmSync(join(disk, 'ballast'));
  expect((await close()).stdout).toContain('60,000 hits');
  expect((await cli(['verify', '--data', data])).code).toBe(0);
});
