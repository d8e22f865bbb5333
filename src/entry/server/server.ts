import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import {
  type ConnectionLimits,
  connectionCounts,
  defaultTimes,
  limitConnections,
} from './connections.ts';
import { type DaybookOptions, type Running, startDaybook } from './daybook.ts';

export type ServerOptions = DaybookOptions & {
  readonly port: number;
  readonly host: string;
  readonly connections?: Partial<ConnectionLimits>;
};

/** `close`: takes no more requests, finishes those under way, writes the books, closes the home. */
export type Server = Running & { readonly url: string };

/**
 * Connections that may wait to be taken: of a sudden 1,000, those beyond Node's own 511 were reset.
 */
const backlog = 4_096;

/** Opens the data, then the port. Rejects with a `DaybookError` that says what is in the way. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, host } = options;
  let url = '';
  const running = await startDaybook(options, {
    peerAddress,
    name: `${host}:${port}`,
    async open(answer, isProxy) {
      const server = createServer(
        { connectionsCheckingInterval: secondMs },
        // HTTP/1.0 requests have no Host.
        getRequestListener(answer, { hostname: 'localhost' }),
      );
      const connections = limitConnections(
        server,
        { ...defaultTimes, ...(await connectionCounts()), ...options.connections },
        isProxy,
      );
      await listen(server, port, host);
      url = urlOf(server, host);
      return connections.end;
    },
  });
  return { ...running, url };
}

const inUse = 'end what uses it, or choose another with --port';

async function listen(
  server: ReturnType<typeof createServer>,
  port: number,
  host: string,
): Promise<void> {
  server.listen(port, host, backlog);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problems: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use; ${inUse}`,
      EACCES:
        `port ${port} on ${host} may not be opened by this user; ` +
        `choose one above 1023 with --port`,
      EADDRNOTAVAIL: `${host} is no address of this machine; choose one with --host`,
    };
    throw new DaybookError('unavailable', problems[code ?? ''] ?? messageOf(error), {
      cause: error,
    });
  }
}

function urlOf(server: ReturnType<typeof createServer>, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const shownHost = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`;
}

function peerAddress(c: Context): string {
  return (c.env as HttpBindings).incoming.socket.remoteAddress ?? '';
}
