import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isProcessAlive } from '../../../src/entry/process-lease.ts';
import { chrome } from '../../support/real-app.ts';
import { cli, freePort, serve } from '../../support/real-process.ts';

const bin = fileURLToPath(new URL('../../../bin/daybook.cjs', import.meta.url));

/**
 * What systemd does with a `.socket` unit: holds the port, and gives it to the program that it
 * starts. Each line that it reads ends that one by SIGTERM and starts the next.
 */
const supervisor = `
import os, socket, sys
held = socket.socket()
held.bind(('127.0.0.1', 0))
held.listen(4096)
print('port', held.getsockname()[1], flush=True)
os.dup2(held.fileno(), 3)
os.set_inheritable(3, True)
running = None
for line in sys.stdin:
    if running:
        os.kill(running, 15)
        os.waitpid(running, 0)
    running = os.fork()
    if running == 0:
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
        os.execvp(sys.argv[1], sys.argv[1:])
if running:
    os.kill(running, 15)
    os.waitpid(running, 0)
`;

const senders = 16;
const restarts = 2;
/** Between two restarts. */
const requestsBetween = 300;

test('started again under load, it refuses no connection and loses no hit', async () => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-restart-'));
  const running = spawn(
    'python3',
    ['-c', supervisor, process.execPath, bin, 'serve', '--data', data],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    await cli(['site', 'add', 'example.test', '--open', '--data', data]);
    let printed = '';
    running.stdout.on('data', (chunk) => (printed += String(chunk)));
    await expect.poll(() => printed).toMatch(/port \d+\n/);
    const port = Number(/port (\d+)/.exec(printed)?.[1]);
    restart(running);
    // The port is open before the server is: the first ones wait for it.
    await underLoad(
      'systemd’s way',
      port,
      () => printed,
      async () => restart(running),
    );
  } finally {
    running.stdin.end();
    await new Promise((resolve) => running.once('exit', resolve));
    await rm(data, { recursive: true, force: true });
  }
});

test('succeeded under load by what it starts itself, neither', async () => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-succeeded-'));
  await cli(['site', 'add', 'example.test', '--open', '--data', data]);
  const server = await serve({ data, port: await freePort() });
  let pid = server.child.pid!;
  try {
    await underLoad(
      'daybook restart',
      Number(new URL(server.url).port),
      server.output,
      async () => {
        const { code, stdout, stderr } = await cli(['restart', '--data', data]);
        expect(code, stderr).toBe(0);
        expect(Number(stdout)).not.toBe(pid);
        pid = Number(stdout);
      },
    );
    // The first one has ended in good order.
    expect(await server.end('SIGTERM')).toBe(0);
  } finally {
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => isProcessAlive(pid)).toBe(false);
    const { code, stderr } = await cli(['restart', '--data', data]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no server has the data')]);
    await rm(data, { recursive: true, force: true });
  }
});

/** Hits by many senders while the server is started again and again. */
async function underLoad(
  name: string,
  port: number,
  printed: () => string,
  again: () => Promise<void>,
): Promise<void> {
  const starts = () => printed().split('Daybook is at').length - 1;
  const answers = { taken: 0, longestMs: 0, problems: [] as string[] };
  let isOver = false;
  const sending = Array.from({ length: senders }, async (_, sender) => {
    for (let nth = 0; !isOver; nth++) {
      const sentMs = performance.now();
      const problem = await send(port, `/${sender}/${nth}`).catch(String);
      answers.longestMs = Math.max(answers.longestMs, performance.now() - sentMs);
      if (problem === undefined) answers.taken++;
      else answers.problems.push(problem);
    }
  });
  try {
    for (let nth = 0; nth <= restarts; nth++) {
      await expect.poll(starts).toBe(nth + 1);
      const before = answers.taken;
      await expect.poll(() => answers.taken).toBeGreaterThan(before + requestsBetween);
      if (nth < restarts) await again();
    }
  } finally {
    isOver = true;
  }
  await Promise.all(sending);
  expect(answers.problems).toEqual([]);

  const key = /#key=(\S+)/.exec(printed())?.[1];
  const query = { site_id: 'example.test', metrics: ['pageviews'], date_range: 'day' };
  const answer = await ask(port, '/api/v2/query', query, { authorization: `Bearer ${key}` });
  const { results } = JSON.parse(await text(answer));
  expect(results[0].metrics).toEqual([answers.taken]);
  console.log(
    `${name}: ${answers.taken} requests over ${restarts} restarts: refused 0, lost 0; ` +
      `the longest took ${Math.round(answers.longestMs)} ms`,
  );
}

const restart = ({ stdin }: ChildProcess) => void stdin?.write('again\n');

/** On a connection of its own. Undefined where the hit was taken. */
async function send(port: number, page: string): Promise<string | undefined> {
  const body = { n: 'pageview', d: 'example.test', u: `https://example.test${page}` };
  const answer = await ask(port, '/api/event', body);
  await text(answer);
  return answer.statusCode === 202 ? undefined : String(answer.statusCode);
}

function ask(port: number, path: string, body: object, more = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': chrome, 'content-type': 'application/json', ...more };
    request(
      { ...{ host: '127.0.0.1', port, path, method: 'POST', agent: false }, headers },
      resolve,
    )
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}
