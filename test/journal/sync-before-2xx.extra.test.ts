import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, freePort, serve } from '../support/real-process.ts';

type Event = 'request' | 'sync begins' | 'sync ended' | 'answered';

/**
 * What a trace shows of one connection used for one request after another, in order. A call that
 * takes long has two lines, `<unfinished ...>` and `<... resumed>`.
 */
function eventsOf(trace: string): Event[] {
  const events: Event[] = [];
  for (const line of trace.split('\n')) {
    if (/\bread(\(| resumed>).*"POST \/analytics/.test(line)) events.push('request');
    else if (/(fdatasync|fsync)\(\d+<[^>]*data\.mdb>\)\s+= 0/.test(line))
      events.push('sync begins', 'sync ended');
    else if (/(fdatasync|fsync)\(\d+<[^>]*data\.mdb> <unfinished/.test(line))
      events.push('sync begins');
    else if (/<\.\.\. (fdatasync|fsync) resumed>\)\s+= 0/.test(line)) events.push('sync ended');
    // What is written stands in the first of two lines, what is read in the second.
    else if (/\b(write|writev)\(.*HTTP\/1\.1 200/.test(line)) events.push('answered');
  }
  return events;
}

test('a sync to disk begins and ends between every request and its 2xx', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-strace-'));
  const data = join(folder, 'data');
  const trace = join(folder, 'trace');
  await cli(['site', 'add', 'sync.test', '--open', '--data', data]);
  const syscalls = 'read,write,writev,fdatasync,fsync';
  // -D: the tracer stands aside, so that signals reach Daybook itself.
  const under = ['strace', '-D', '-f', '-y', '-s', '64', '-e', `trace=${syscalls}`, '-o', trace];
  const server = await serve({ data, port: await freePort(), under });
  const hits = 100;
  for (let i = 0; i < hits; i++) {
    const answer = await fetch(`${server.url}/analytics`, {
      method: 'POST',
      body: `{"pathname":"/${i}"}`,
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
  await server.end('SIGTERM');

  const events = eventsOf(readFileSync(trace, 'utf8'));
  const asked = events.filter((event) => event === 'request').length;
  const answered = events.filter((event) => event === 'answered').length;
  expect([asked, answered]).toEqual([hits, expect.any(Number)]);
  expect(answered).toBeGreaterThanOrEqual(hits);
  // The sync of the hit before may end meanwhile: it does not count.
  let [begun, synced] = [false, false];
  let unsynced = 0;
  let checked = 0;
  let open = false;
  for (const event of events) {
    if (event === 'request') [begun, synced, open] = [false, false, true];
    else if (event === 'sync begins') begun = true;
    else if (event === 'sync ended') synced ||= begun;
    else if (open) {
      if (!synced) unsynced++;
      checked++;
      open = false;
    }
  }
  expect([checked, unsynced]).toEqual([hits, 0]);
  rmSync(folder, { recursive: true });
});
