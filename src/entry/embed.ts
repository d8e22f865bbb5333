import { resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { DaybookError } from '../lib/errors.ts';
import type { CreateDaybook, Daybook, EmbedOptions } from './embed-api.ts';
import { startDaybook } from './server/daybook.ts';

type Env = { readonly address: string };

/** Folders that are open here: the lease of a data folder holds off other processes only. */
const openHere = new Set<string>();

/**
 * Daybook within another program's process: reports are computed and days are closed here too.
 */
export const createDaybook: CreateDaybook = async (options) => {
  const folder = resolve(options.data);
  if (openHere.has(folder))
    throw new DaybookError('conflict', `${folder} is open in this process already`);
  openHere.add(folder);
  try {
    return await open(options, () => openHere.delete(folder));
  } catch (error) {
    openHere.delete(folder);
    throw error;
  }
};

async function open(
  { trustProxy = [], ...options }: EmbedOptions,
  isClosed: () => void,
): Promise<Daybook> {
  let answer: (request: Request, env: Env) => Response | Promise<Response> = () =>
    Response.json({ error: 'this Daybook is not open' }, { status: 503 });
  const closed = answer;
  const underWay = new Set<Promise<Response>>();
  const running = await startDaybook(
    { ...options, proxies: trustProxy, reports: 'within' },
    {
      peerAddress: (c) => (c.env as Env).address,
      name: 'another program',
      async open(opened) {
        answer = opened;
        return async () => {
          answer = closed;
          await Promise.allSettled(underWay);
        };
      },
    },
  );
  async function answerTo(request: Request, address = ''): Promise<Response> {
    const answering = Promise.resolve(answer(request, { address }));
    underWay.add(answering);
    try {
      return await answering;
    } finally {
      underWay.delete(answering);
    }
  }

  return {
    firstKey: running.firstKey,
    async close() {
      await running.close();
      isClosed();
    },
    fetch: (request, from) => answerTo(request, from?.address),
    listener: getRequestListener(
      (request, env) => {
        const { incoming } = env as { incoming: { socket: { remoteAddress?: string } } };
        return answerTo(request, incoming.socket.remoteAddress);
      },
      { hostname: 'localhost', overrideGlobalObjects: false },
    ),
  };
}
