import { connect, type Socket } from 'node:net';

export type Load = {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
  /** Requests a second over all connections; absent: as fast as the answers come. */
  readonly rate?: number;
  /** Body of the i-th request. */
  readonly body: (i: number) => string;
  readonly headers: (i: number) => Readonly<Record<string, string>>;
};

export type LoadResult = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
};

/**
 * Sends requests over keep-alive connections to 127.0.0.1, one at a time on each. It uses bare
 * sockets, because it runs on the same machine as the server that it measures, and must use little
 * of it.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const latencies = new Float64Array(load.requests);
  const statuses: Record<string, number> = {};
  let sent = 0;
  let done = 0;
  const startMs = performance.now();

  async function worker(): Promise<void> {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    const answers = readAnswers(socket);
    while (sent < load.requests) {
      const i = sent++;
      const dueMs = load.rate === undefined ? 0 : startMs + (i / load.rate) * 1_000;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      // At a fixed rate, waiting for a free connection counts too. Else a stall of the server would
      // count once only, and not for all requests that wait behind it.
      const fromMs = load.rate === undefined ? performance.now() : dueMs;
      socket.write(requestText(load, i));
      const status = await answers.next();
      latencies[done++] = performance.now() - fromMs;
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    socket.destroy();
  }

  await Promise.all(Array.from({ length: load.connections }, worker));
  const seconds = (performance.now() - startMs) / 1_000;
  latencies.sort();
  const at = (share: number) =>
    latencies[Math.min(load.requests - 1, Math.floor(load.requests * share))]!;
  return {
    perSecond: load.requests / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    statuses,
  };
}

function requestText(load: Load, i: number): string {
  const body = load.body(i);
  const headers = Object.entries(load.headers(i))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return (
    `POST ${load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n${headers}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** Reads the answers of one connection, each to its declared length, and gives their statuses. */
function readAnswers(socket: Socket): { next(): Promise<string> } {
  let buffered = '';
  let waiting: { resolve: (status: string) => void; reject: (error: Error) => void } | undefined;
  let failed: Error | undefined;

  function take(): string | undefined {
    const end = buffered.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = buffered.slice(0, end).toLowerCase();
    let length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
    if (head.includes('transfer-encoding: chunked')) {
      const last = buffered.indexOf('0\r\n\r\n', end + 4);
      if (last === -1) return undefined;
      length = last + 5 - (end + 4);
    }
    if (buffered.length < end + 4 + length) return undefined;
    buffered = buffered.slice(end + 4 + length);
    return head.slice(9, 12);
  }

  function fail(error: Error): void {
    failed = error;
    waiting?.reject(error);
    waiting = undefined;
  }

  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    const status = waiting === undefined ? undefined : take();
    if (status === undefined) return;
    waiting?.resolve(status);
    waiting = undefined;
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (failed === undefined) waiting = { resolve, reject };
        else reject(failed);
      }),
  };
}
