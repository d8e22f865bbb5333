import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allCases, everyCase } from '../support/real-app.ts';
import { cli, freePort, serve } from '../support/real-process.ts';
import { countIds, sendHits } from '../support/senders.ts';

const kills = allCases ? 50 : everyCase ? 12 : 4;

test(`killed under load ${kills} times: every acknowledged hit is stored once`, async () => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-kill-'));
  const port = await freePort();
  const acknowledged: string[] = [];
  await cli(['site', 'add', 'kill.test', '--open', '--data', data]);
  for (let i = 0; i < kills; i++) {
    const server = await serve({ data, port });
    const sending = sendHits(server.url, 16, 5_000);
    // Anywhere from the first acknowledgement to a few hundred in.
    await expect.poll(() => sending.ids.length, { interval: 1 }).toBeGreaterThan((i * 67) % 300);
    expect(await server.end('SIGKILL')).toBe('SIGKILL');
    await sending.stop();
    acknowledged.push(...sending.ids);
  }
  const server = await serve({ data, port });
  const stored = await countIds(server.url, 'kill.test');
  expect(acknowledged.length).toBeGreaterThan(kills * 2);
  expect(acknowledged.filter((id) => stored.get(id) !== 1)).toEqual([]);

  // The books, a second behind at each kill, were put right at every start. A server does not end
  // before it has done so.
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).not.toContain('missing');
  const again = await serve({ data, port });
  const key = (await cli(['key', 'new', '--data', data])).stdout.trim().split('\n').at(-1)!;
  const books = await fetch(`${again.url}/api/books?site=kill.test`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const { days } = (await books.json()) as { days: { stored: number }[] };
  expect(days.reduce((sum, { stored: n }) => sum + n, 0)).toBe(
    [...stored.values()].reduce((sum, n) => sum + n, 0),
  );
  await again.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
}, 180_000);
