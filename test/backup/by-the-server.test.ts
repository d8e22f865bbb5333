import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, freePort, lastLine, serve } from '../support/real-process.ts';

test('the server backs up as it is told; what fails is in the log and in /health', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-backup-'));
  const [well, badly] = await Promise.all(
    [join(folder, 'backups'), '/dev/null/backups'].map(async (place, i) => {
      const data = join(folder, `data${i}`);
      await cli(['site', 'add', 'a.test', '--data', data]);
      const key = lastLine((await cli(['key', 'new', '--data', data])).stdout);
      const args = ['--backup-to', place, '--backup-every', '10s', '--backup-keep', '1'];
      const server = await serve({ data, port: await freePort(), args });
      const health = async () => {
        const headers = { Authorization: `Bearer ${key}` };
        const answer = await fetch(`${server.url}/health`, { headers });
        return ((await answer.json()) as { backup: Record<string, unknown> }).backup;
      };
      return { server, health };
    }),
  );
  await expect.poll(well!.health).toMatchObject({ last: expect.any(String), failures: 0 });
  await expect.poll(badly!.health).toMatchObject({ problem: expect.stringContaining('ENOTDIR') });
  await expect.poll(badly!.server.output).toContain('the backup failed; it is tried again');
  for (const { server } of [well!, badly!]) expect(await server.end('SIGTERM')).toBe(0);
  expect((await cli(['backup', 'verify', join(folder, 'backups')])).stdout).toMatch(/\nok\n$/);
  await rm(folder, { recursive: true, force: true });
});

test('flags that say nothing alone are refused', async () => {
  const { code, stderr } = await cli(['serve', '--backup-every', '1d']);
  expect(code).toBe(1);
  expect(stderr).toContain('need --backup-to');
  const relative = await cli(['serve', '--backup-to', 'backups']);
  expect(relative.stderr).toContain('a folder from the root on, or s3://bucket/prefix');
});
