import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';

/** A Python with daybook_django installed; `.ci/django.sh` makes it and sets its path. */
const python = process.env['DJANGO_PYTHON'];

let data: string;
let port: number;
let server: RealProcess;
let key: string;
beforeAll(async () => {
  if (python === undefined)
    throw new Error('expected DJANGO_PYTHON: a python with daybook_django installed');
  data = await mkdtemp(join(tmpdir(), 'daybook-django-'));
  port = await freePort();
  await cli(['site', 'add', 'kill.test', '--open', '--data', data]);
  const made = await cli(['key', 'new', '--scope', 'write', '--site', 'kill.test', '--data', data]);
  key = lastLine(made.stdout);
  server = await serve({ data, port });
});
afterAll(async () => {
  await server?.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
});

const program = `
import json, os, sys
import django
from django.conf import settings
settings.configure(DAYBOOK_URL=sys.argv[1], DAYBOOK_KEY=os.environ["KEY"],
                   DAYBOOK_TIMEOUT_SECONDS=1.5, INSTALLED_APPS=["daybook_django"])
django.setup()
from daybook_django import sending
sending.GATHER_SECONDS, sending.FIRST_PAUSE_SECONDS, sending.MAX_EVENTS = 0, 0.02, 20
for line in sys.stdin:
    start, count, seconds = json.loads(line)
    for number in range(count):
        sending.track(f"https://kill.test{start}{number}", userAgent="${chrome}")
    if seconds:
        sending.flush(seconds)
    print(json.dumps(sending.counts()), flush=True)
`;

type Counts = { readonly accepted: number };

/** A process with the client. It tracks so many pages, sends for so long, and gives its counts. */
function openClient(url: string): (start: string, count: number, s?: number) => Promise<Counts> {
  const child = spawn(python!, ['-c', program, url], {
    env: { ...process.env, KEY: key, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (start, count, seconds = 0) => {
    child.stdin.write(`${JSON.stringify([start, count, seconds])}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('the process has ended');
    return JSON.parse(value) as Counts;
  };
}

async function expectEachOnce(start: string, count: number): Promise<void> {
  const text = await (await fetch(`${server.url}/api/hits?site=kill.test`)).text();
  const pages = text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { page: string }).page)
    .filter((page) => page.startsWith(start));
  expect([pages.length, new Set(pages).size]).toEqual([count, count]);
}

const all = (count: number) => ({ tracked: count, accepted: count, waiting: 0 });

test('a server that is killed again and again: nothing is lost, and nothing counts twice', async () => {
  const track = openClient(server.url);
  for (let round = 0; round < 3; round++) {
    const { accepted } = await track(`/k/${round}/`, 300);
    // Somewhere within its requests.
    await expect
      .poll(async () => (await track('/', 0)).accepted, { interval: 1 })
      .toBeGreaterThan(accepted);
    await server.end('SIGKILL');
    server = await serve({ data, port });
  }
  expect(await track('/', 0, 60)).toMatchObject(all(900));
  await expectEachOnce('/k/', 900);
});

test('whatever happens to a request, each event counts once, and none is lost', async () => {
  const proxy = await openFaultProxy(server.url.replace('localhost', '127.0.0.1'));
  onTestFinished(() => proxy.close());
  const track = openClient(proxy.url);
  const faults = ['throttled', 'failed', 'reset', 'lost', 'cut', 'late'] as const;
  for (const [i, fault] of faults.entries()) {
    proxy.plan(fault, 1);
    expect([fault, await track(`/f/${i}/`, 25, 30)]).toMatchObject([fault, all(25 * (i + 1))]);
    expect(proxy.met()).toBe(1);
  }
  await expectEachOnce('/f/', 150);
});
