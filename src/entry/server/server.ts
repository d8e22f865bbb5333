import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { type KeeperOptions, openKeeper } from '../https/keep-certificate.ts';
import { plainAnswers } from '../https/plain-port.ts';
import { openLog } from '../log.ts';
import {
  type ConnectionLimits,
  connectionCounts,
  defaultTimes,
  limitConnections,
} from './connections.ts';
import { startDaybook } from './daybook.ts';
import type { DaybookOptions, Running } from './daybook-options.ts';
import { givenSockets } from './given-sockets.ts';
import { awaitTurn, descriptorOf } from './successor.ts';

export type ServerOptions = DaybookOptions & {
  readonly port: number;
  readonly host: string;
  readonly connections?: Partial<ConnectionLimits>;
  /** Answer by https at `port`, with a certificate that the server gets by itself. */
  readonly https?: HttpsOptions | undefined;
  /** Whether its process answers the signal by which it is succeeded (`successor.ts`). */
  readonly handsOver?: boolean;
};

export type HttpsOptions = Pick<KeeperOptions, 'names' | 'authority' | 'pausesMs'> & {
  /** Where the authority's challenges are answered, and everything else is sent to https. */
  readonly plainPort: number;
};

/** `close`: takes no more requests, finishes those under way, writes the books, closes the home. */
export type Server = Running & {
  readonly url: string;
  /** Descriptors of what it listens at, for its successor; none on Windows. */
  sockets(): readonly number[];
};

/**
 * Connections that may wait to be taken: of a sudden 1,000, those beyond Node's own 511 were reset.
 */
const backlog = 4_096;

/** Opens the data, then the port. Rejects with a `DaybookError` that says what is in the way. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, host, https } = options;
  let url = '';
  const log = openLog(options.env ?? process.env, 2);
  const clock = options.clock ?? Date.now;
  const [fd, plainFd] = givenSockets(options.env ?? process.env);
  await awaitTurn(options.env ?? process.env);
  const listening: (HttpServer | HttpsServer)[] = [];
  const keeper = https && (await openKeeper({ ...https, data: options.data }, clock, log));
  const publicUrl = options.publicUrl ?? (https && urlAt('https', https.names[0]!, port));
  const running = await startDaybook(
    { ...options, ...(publicUrl !== undefined && { publicUrl }) },
    {
      peerAddress,
      name: https
        ? urlAt('https', https.names[0]!, port)
        : `${host.includes(':') ? `[${host}]` : host}:${port}`,
      ...(keeper !== undefined && { certificate: keeper.state }),
      ...(options.handsOver && { handsOver: true }),
      async open(answer, isProxy) {
        const limits = {
          ...{ ...defaultTimes, ...(await connectionCounts()), ...options.connections },
        };
        // HTTP/1.0 requests have no Host.
        const listener = getRequestListener(answer, { hostname: 'localhost' });
        if (https === undefined || keeper === undefined) {
          const server = createServer(checking, listener);
          const connections = limitConnections(server, limits, isProxy);
          await listen(server, { fd, port, host, flag: '--port' });
          listening.push(server);
          url = urlOf(server, host);
          return connections.end;
        }
        const server = createHttpsServer({ ...checking, ...tlsLimits(limits) }, listener);
        const plain = createServer(
          checking,
          plainAnswers(https.names, keeper.challenges, () => portOf(server)),
        );
        const all = [server, plain].map((one) => limitConnections(one, limits, isProxy));
        const end = async () => {
          keeper.stop();
          await Promise.all(all.map((connections) => connections.end()));
        };
        try {
          await listen(server, { fd, port, host, flag: '--port' });
          await listen(plain, { fd: plainFd, port: https.plainPort, host, flag: '--http-port' });
        } catch (error) {
          await end();
          throw error;
        }
        listening.push(server, plain);
        url = urlAt('https', https.names[0]!, portOf(server));
        await keeper.start(({ pem }) =>
          server.setSecureContext({ key: pem, cert: pem, minVersion }),
        );
        return end;
      },
    },
  );
  return {
    ...{ ...running, url: `${url}${options.base ?? ''}` },
    sockets: () => listening.map(descriptorOf).filter((one) => one !== undefined),
  };
}

const checking = { connectionsCheckingInterval: secondMs };

/** What browsers of the last ten years speak. */
const minVersion = 'TLSv1.2';

const tlsLimits = ({ headersMs }: ConnectionLimits) => ({
  ...({ minVersion, handshakeTimeout: headersMs } as const),
});

const inUse = (flag: string) => `end what uses it, or choose another with ${flag}`;

type Place = {
  /** Of a socket that listens already: it has its port and address. */
  readonly fd: number | undefined;
  readonly port: number;
  readonly host: string;
  readonly flag: string;
};

async function listen(
  server: HttpServer | HttpsServer,
  { fd, port, host, flag }: Place,
): Promise<void> {
  if (fd === undefined) server.listen(port, host, backlog);
  else server.listen({ fd }, backlog);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problems: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use; ${inUse(flag)}`,
      EACCES:
        `port ${port} on ${host} may not be opened by this user; ` +
        `choose one above 1023 with ${flag}`,
      ...(fd !== undefined && {
        EINVAL: `descriptor ${fd}, which LISTEN_FDS names, is expected to be a TCP socket`,
      }),
      EADDRNOTAVAIL: `${host} is no address of this machine; choose one with --host`,
    };
    throw new DaybookError('unavailable', problems[code ?? ''] ?? messageOf(error), {
      cause: error,
    });
  }
}

function portOf(server: HttpServer | HttpsServer): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOf(server: HttpServer, host: string): string {
  const shownHost = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return urlAt('http', shownHost.includes(':') ? `[${shownHost}]` : shownHost, portOf(server));
}

/** In one spelling: without the port that the scheme has anyway. */
function urlAt(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${host}:${port}`).origin;
}

function peerAddress(c: Context): string {
  return (c.env as HttpBindings).incoming.socket.remoteAddress ?? '';
}
