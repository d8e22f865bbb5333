import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chrome } from '../support/real-app.ts';
import { freePort, type RealProcess, serve } from '../support/real-process.ts';

/** A server of its own, whose answers are all looked at. */
export type HostileServer = {
  readonly url: string;
  readonly key: string;
  readonly data: string;
  /** Of temporary files of a test. */
  readonly folder: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<number>;
  put(path: string, body: unknown): Promise<number>;
  /** As the owner. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What it has logged. */
  output(): string;
  /** What is wrong with the headers of its answers. */
  readonly badHeaders: readonly string[];
  answers(): number;
  close(): Promise<void>;
};

export async function openHostileServer(): Promise<HostileServer> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-hostile-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const server: RealProcess = await serve({ data, port });
  const key = /#key=(\S+)/.exec(server.output())![1]!;
  const badHeaders: string[] = [];
  let answers = 0;

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${key}`);
    if (!headers.has('User-Agent')) headers.set('User-Agent', chrome);
    const answer = await fetch(`${server.url}${path}`, { ...init, headers, redirect: 'manual' });
    answers++;
    for (const [name, value] of answer.headers)
      if (/hostile/i.test(name + value) || /[^\x20-\x7e]/.test(value))
        badHeaders.push(`${path.slice(0, 80)}: ${name}: ${value}`);
    return answer;
  }

  async function send(path: string, init: RequestInit): Promise<number> {
    let answer: Response;
    try {
      answer = await ask(path, init);
    } catch (error) {
      // A header with such a text is sent by no client.
      if (/header|ByteString/i.test(`${error} ${(error as Error).cause}`)) return 0;
      throw error;
    }
    await answer.arrayBuffer();
    return answer.status;
  }

  const json = (body: unknown) => JSON.stringify(body);
  return {
    ...{ url: server.url, key, data, folder, badHeaders, ask },
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) => send(path, { method: 'POST', body: json(body), headers }),
    put: (path, body) => send(path, { method: 'PUT', body: json(body) }),
    output: () => server.output(),
    answers: () => answers,
    async close() {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
