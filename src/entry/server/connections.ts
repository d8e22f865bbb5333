import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { secondMs } from '../../lib/clock.ts';

/** How long connections may take, in ms, and how many there may be. */
export type ConnectionLimits = {
  /** From its opening, or from a request's first byte, to the end of its headers. */
  readonly headersMs: number;
  /** Between two bytes of a body. */
  readonly bodyStallMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** Without a byte in any direction while an answer is made and taken: longer than any is made. */
  readonly stuckMs: number;
  /** What is under way when the server ends may take so long. */
  readonly endMs: number;
  readonly most: number;
  /** Of one address that is no proxy's. */
  readonly mostOfAddress: number;
};

export const defaultTimes = {
  headersMs: 10 * secondMs,
  bodyStallMs: 20 * secondMs,
  idleMs: 60 * secondMs,
  stuckMs: 120 * secondMs,
  endMs: 10 * secondMs,
};

/**
 * Proxies keep an idle connection for 60 s as a rule, and would send on one that is just being
 * closed: from them it is kept longer.
 */
const proxyIdleMs = 75 * secondMs;

/** Once the server ends, a sender that has not sent its whole request waits no longer than this. */
const endOfBodyMs = secondMs;

const sweepEveryMs = secondMs;

/**
 * Once the server ends, a connection that was made just before may still send its first request:
 * whoever connected was promised an answer.
 */
const firstRequestMs = secondMs / 2;

/**
 * What a sender still sends after its request was refused is read up to this, so that it can read
 * why; then the connection is closed.
 */
const readOnBytes = 2 ** 20;

const readOnMs = secondMs / 2;

const lookEveryMs = 10;

/** Descriptors for everything else: the store, files of reports, other processes. */
const otherFiles = 128;

const mostConnections = 16_384;

/**
 * How many connections there may be: with more, a machine that is short of descriptors could
 * neither read nor answer. Linux tells how many a process may have.
 */
export async function connectionCounts(): Promise<
  Pick<ConnectionLimits, 'most' | 'mostOfAddress'>
> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const files = Number(/^Max open files +(\d+)/m.exec(text)?.[1] ?? mostConnections);
  const most = Math.min(mostConnections, Math.max(otherFiles / 2, files - otherFiles));
  return { most, mostOfAddress: Math.max(otherFiles / 4, Math.min(1_024, Math.floor(most / 2))) };
}

type Connection = {
  /** By https, from the end of the handshake on, the one that has what was deciphered. */
  socket: Socket;
  readonly isProxy: boolean;
  /** Of one that has had a request already. */
  hasAsked: boolean;
  /** The request under way. */
  answering?: { readonly request: IncomingMessage; readonly response: ServerResponse };
  /** When it was opened, answered, or bytes came: the latest of these. */
  activeMs: number;
  bytesRead: number;
};

export type Connections = {
  /** Takes no more of them; answers what is under way, and closes all others at once. */
  end(): Promise<void>;
  /** Closes those that have taken too long. Runs by itself each second. */
  sweep(): void;
};

/**
 * Holds a server's connections to their limits. To be called before it listens, and before others
 * listen for its requests. `nowMs` only goes forward.
 */
export function limitConnections(
  server: Server | HttpsServer,
  limits: ConnectionLimits,
  isProxy: (address: string) => boolean,
  nowMs: () => number = () => performance.now(),
): Connections {
  const open = new Map<Socket, Connection>();
  const ofPeer = new Map<string, Connection>();
  const ofAddress = new Map<string, number>();
  let endingMs: number | undefined;

  // Node closes those whose headers are late. All others are closed below: Node's `requestTimeout`
  // is for a whole request, however well it goes on, and its `keepAliveTimeout` for proxies, too.
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.timeout = limits.stuckMs;
  server.maxConnections = limits.most;

  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const fromProxy = isProxy(address);
    const others = ofAddress.get(address) ?? 0;
    if (endingMs !== undefined || (!fromProxy && others >= limits.mostOfAddress)) {
      socket.destroy();
      return;
    }
    ofAddress.set(address, others + 1);
    const connection: Connection = {
      ...{ socket, isProxy: fromProxy, hasAsked: false, activeMs: nowMs(), bytesRead: 0 },
    };
    const peer = peerOf(socket);
    open.set(socket, connection);
    ofPeer.set(peer, connection);
    socket.once('close', () => {
      open.delete(connection.socket);
      ofPeer.delete(peer);
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left > 0) ofAddress.set(address, left);
      else ofAddress.delete(address);
    });
  });

  server.prependListener('secureConnection', (socket: Socket) => {
    const connection = ofPeer.get(peerOf(socket));
    if (connection === undefined) return;
    open.delete(connection.socket);
    connection.socket = socket;
    connection.bytesRead = 0;
    open.set(socket, connection);
  });

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = open.get(request.socket);
    if (connection === undefined) return;
    connection.answering = { request, response };
    connection.hasAsked = true;
    connection.activeMs = nowMs();
    if (endingMs !== undefined) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (connection.answering?.request === request) delete connection.answering;
      connection.activeMs = nowMs();
      if (endingMs !== undefined) connection.socket.destroySoon();
      else if (!request.complete) readOn(connection.socket, request);
    });
  });

  function sweep(): void {
    const now = nowMs();
    for (const connection of open.values()) {
      const { bytesRead } = connection.socket;
      if (bytesRead > connection.bytesRead) connection.activeMs = now;
      connection.bytesRead = bytesRead;
      if (now - connection.activeMs >= allowedMs(connection, limits)) giveUp(connection);
      else if (endingMs !== undefined && now - endingMs >= endAllowedMs(connection, limits))
        connection.socket.destroy();
    }
  }

  const sweeping = setInterval(sweep, sweepEveryMs);
  sweeping.unref();

  return {
    sweep,
    async end() {
      endingMs = nowMs();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { socket, answering, hasAsked } of open.values()) {
        if (answering === undefined && hasAsked) socket.destroySoon();
        else if (answering?.response.headersSent === false)
          answering.response.shouldKeepAlive = false;
      }
      const silent = setTimeout(() => {
        for (const { socket, hasAsked } of open.values()) if (!hasAsked) socket.destroySoon();
      }, firstRequestMs);
      await closed;
      clearTimeout(silent);
      clearInterval(sweeping);
    },
  };
}

const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

function allowedMs({ answering, isProxy }: Connection, limits: ConnectionLimits): number {
  if (answering?.request.complete === false) return limits.bodyStallMs;
  if (answering !== undefined) return Number.POSITIVE_INFINITY; // `stuckMs` ends it
  return isProxy ? Math.max(proxyIdleMs, limits.idleMs) : limits.idleMs;
}

const endAllowedMs = ({ answering }: Connection, { endMs }: ConnectionLimits) =>
  answering === undefined || !answering.request.complete ? endOfBodyMs : endMs;

/** A sender that is slow gets to know it; one that is only idle is left without a word. */
function giveUp({ socket, answering }: Connection): void {
  if (answering?.response.headersSent === false) {
    socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    socket.destroySoon();
  } else socket.destroy();
}

/** Of a request that was answered before all of it had come. Node drops what comes. */
function readOn(socket: Socket, request: IncomingMessage): void {
  const endBytes = socket.bytesRead + readOnBytes;
  const endMs = performance.now() + readOnMs;
  const looking = setInterval(() => {
    const isLate = socket.bytesRead > endBytes || performance.now() > endMs;
    if (!request.complete && !socket.destroyed && !isLate) return;
    clearInterval(looking);
    if (!request.complete) socket.destroy();
  }, lookEveryMs);
  looking.unref();
}
