import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';
import { countIds, sendHits } from '../support/senders.ts';

const site = 'load.test';
const longAgo = 45;

const ok = async (args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await cli(args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return lastLine(stdout);
};

test('backed up under load and restored elsewhere: reports are the same until that moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-backup-load-'));
  const [data, place, restored] = ['data', 'backups', 'restored'].map((name) => join(folder, name));
  await ok(['site', 'add', site, '--open', '--data', data!]);
  const log = pastDays().map(logLine).join('');
  const imported = await cli(['import', 'log', '-', '--site', site, '--data', data!], {}, log);
  expect(imported).toMatchObject({ code: 0 });

  const server = await serve({ data: data!, port: await freePort() });
  const key = /#key=(\S+)/.exec(server.output())![1]!;
  // Slower than it could be: what they send is read three times, by processes of their own.
  const sending = sendHits(server.url, 3, 20_000);
  await expect.poll(() => sending.ids.length, { interval: 1 }).toBeGreaterThan(50);
  const before: string[][] = [];
  for (let i = 0; i < 2; i++) {
    before.push([...sending.ids]);
    await ok(['backup', place!, '--data', data!, '--verify']);
  }
  await sending.stop();
  expect(sending.ids.length).toBeGreaterThan(before[1]!.length);
  const source = await answersOf(server, key);
  const hits = await countIds(server.url, site);
  expect(await server.end('SIGTERM')).toBe(0);

  // Every hit that was acknowledged before the last backup began is there, and none that never was.
  // Restoring holds all against itself, as `daybook verify` does.
  expect(await ok(['backup', 'restore', place!, '--to', restored!])).toBe('ok');
  const again = await serve({ data: restored!, port: await freePort() });
  const found = await countIds(again.url, site);
  expect(before[1]!.filter((id) => found.get(id) !== 1)).toEqual([]);
  expect([...found].filter(([id, n]) => n !== 1 || hits.get(id) !== 1)).toEqual([]);
  expect(found.size).toBeLessThan(hits.size);
  // The owner key is the same, and so are reports of all days before.
  expect(await answersOf(again, key)).toEqual(source);
  // The books of the restored one were put right at its start.
  expect(await again.end('SIGTERM')).toBe(0);
  expect(again.output()).not.toContain('missing');
  await rm(folder, { recursive: true, force: true });
});

const pastDays = () =>
  Array.from({ length: 300 }, (_, n) => Date.now() - ((n % longAgo) + 2) * 86_400_000 - n * 1_000);

function logLine(ms: number, n: number): string {
  const [, date, month, year, time] = new Date(ms).toUTCString().split(' ');
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
  return (
    `192.0.2.${n % 50} - - [${date}/${month}/${year}:${time} +0000] ` +
    `"GET /page/${n % 7} HTTP/1.1" 200 100 "https://example.com/" "${agent}"\n`
  );
}

/** What the reports say of all days that had ended. */
async function answersOf({ url }: RealProcess, key: string): Promise<unknown[]> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const queries = [[], ['time:day'], ['event:page'], ['visit:source']].map((dimensions) => ({
    ...{ site_id: site, date_range: [day(longAgo + 5), day(2)], dimensions },
    metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration'],
  }));
  const answer = await fetch(`${url}/api/v2/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ site_id: site, queries }),
  });
  expect(answer.status).toBe(200);
  const { results: all } = (await answer.json()) as { results: { results: unknown[] }[] };
  const answers = all.map(({ results }) => results);
  expect(answers.map(({ length }) => length > 0)).toEqual([true, true, true, true]);
  return answers;
}
