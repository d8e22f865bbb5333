import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ConnectionLimits, type Connections, limitConnections } from './connections.ts';

const limits: ConnectionLimits = {
  ...{ headersMs: 10_000, bodyStallMs: 20_000, idleMs: 60_000, stuckMs: 120_000 },
  ...{ endMs: 10_000, most: 100, mostOfAddress: 3 },
};

let server: Server;
let connections: Connections;
let nowMs = 0;
const clients: Socket[] = [];
/** The server's side of each connection, by the client's port. */
const sides = new Map<number, Socket>();
let requests = 0;

async function open(
  answer: RequestListener,
  { isProxy = false, ...more }: Partial<ConnectionLimits> & { isProxy?: boolean } = {},
): Promise<void> {
  server = createServer({ connectionsCheckingInterval: 10 }, answer);
  connections = limitConnections(
    server,
    { ...limits, ...more },
    () => isProxy,
    () => nowMs,
  );
  sides.clear();
  requests = 0;
  server.on('request', () => requests++);
  server.on('connection', (socket) => {
    if (socket.destroyed) return;
    sides.set(socket.remotePort!, socket);
    const { remotePort } = socket;
    socket.on('close', () => sides.delete(remotePort!));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await connections.end();
});

/** A client that keeps its side open, whatever the server does. */
async function client(): Promise<{ socket: Socket; got: () => string; closed: Promise<unknown> }> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1' });
  clients.push(socket);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  return { socket, got: () => text, closed };
}

function passTo(ms: number): void {
  nowMs = ms;
  connections.sweep();
}

const serverSide = (client: Socket) => sides.get(client.localPort!)!;

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (bytes: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n`;

const answerWhole: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => response.end('whole'));
};

test('headers that do not come in time are answered 408', async () => {
  await open(answerWhole, { headersMs: 50 });
  const [silent, slow] = [await client(), await client()];
  slow.socket.write('GET / HT');
  await Promise.all([silent.closed, slow.closed]);
  expect(slow.got()).toContain('408');
});

test('a body may take long while it goes on, and ends where it does not', async () => {
  await open(answerWhole);
  const { socket, got, closed } = await client();
  socket.write(post(4));
  await once(server, 'request');
  for (const ms of [19_000, 38_000, 57_000]) {
    const { bytesRead } = serverSide(socket);
    socket.write('x');
    await expect.poll(() => serverSide(socket).bytesRead).toBeGreaterThan(bytesRead);
    passTo(ms);
  }
  expect(socket.destroyed).toBe(false);
  passTo(77_000);
  await closed;
  expect(got()).toContain('408');
});

test('an idle connection ends after a minute, a proxy’s a little later', async () => {
  for (const isProxy of [false, true]) {
    await open(answerWhole, { isProxy });
    const { socket, got, closed } = await client();
    socket.write(get);
    await expect.poll(got).toContain('whole');
    const startMs = nowMs;
    connections.sweep();
    passTo(startMs + 59_999);
    expect(socket.destroyed).toBe(false);
    passTo(startMs + 60_000);
    if (isProxy) passTo(startMs + 75_000);
    await closed;
    await connections.end();
  }
});

test('who does not read the answer is not waited for', async () => {
  await open((_, response) => response.end(Buffer.alloc(2 ** 26)), { stuckMs: 100 });
  const { socket, closed } = await client();
  socket.pause();
  socket.write(get);
  await expect.poll(() => requests).toBe(1);
  await expect.poll(() => sides.size).toBe(0);
  socket.resume();
  await closed;
});

test('one address holds its share of connections, and a proxy as many as there are', async () => {
  await open(answerWhole);
  const some = [await client(), await client(), await client()];
  const further = await client();
  await further.closed;
  some[0]!.socket.destroy();
  await expect.poll(() => sides.size).toBe(2);
  const next = await client();
  next.socket.write(get);
  await expect.poll(next.got).toContain('whole');
  await connections.end();
  await open(answerWhole, { isProxy: true });
  for (let i = 0; i < 5; i++) {
    const one = await client();
    one.socket.write(get);
    await expect.poll(one.got).toContain('whole');
  }
});

test('a refused body is not read to its end', async () => {
  await open((_, response) => response.writeHead(413).end('too large'));
  const { socket, got, closed } = await client();
  const chunk = Buffer.alloc(2 ** 16);
  socket.write(post(2 ** 30));
  const pump = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pump);
  pump();
  await closed;
  expect(got()).toContain('413');
  expect(socket.bytesWritten - socket.writableLength).toBeLessThan(2 ** 26);
});

test('a small body that comes after its answer leaves the connection open', async () => {
  await open((request, response) => {
    if (request.method === 'POST') response.writeHead(401).end('no');
    else response.end('whole');
  });
  const { socket, got } = await client();
  socket.write(post(5));
  await expect.poll(got).toContain('401');
  socket.write(`12345${get}`);
  await expect.poll(got).toContain('whole');
});

test('at the end idle ones are closed, what is under way is answered, half a request is left', async () => {
  let answer = () => {};
  await open((request, response) => {
    if (request.method === 'GET') answer = () => response.end('late');
    else answerWhole(request, response);
  });
  const [idle, asking, half] = [await client(), await client(), await client()];
  idle.socket.write(post(0));
  await expect.poll(idle.got).toContain('whole');
  asking.socket.write(get);
  half.socket.write(post(10));
  await expect.poll(() => requests).toBe(3);
  const ended = connections.end();
  await idle.closed;
  passTo(nowMs + 1_000);
  await half.closed;
  answer();
  await asking.closed;
  expect(asking.got()).toMatch(/Connection: close[\s\S]*late/);
  await ended;
});

test('an answer that takes too long is not waited for at the end', async () => {
  await open(() => {});
  const { socket, closed } = await client();
  socket.write(get);
  await expect.poll(() => requests).toBe(1);
  const ended = connections.end();
  passTo(nowMs + 9_999);
  expect(socket.destroyed).toBe(false);
  passTo(nowMs + 1);
  await Promise.all([ended, closed]);
});
