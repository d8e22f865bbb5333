import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { type GatewayAnswer, toGateway } from './answer.ts';
import { type Arrived, readEvent } from './event.ts';

/** API Gateway gives up after 29 to 30 s; an answer that says so before is worth more. */
export const answerWithinMs = 27_000;

/** What a function is made of, once it is open. */
export type Opened = {
  readonly app: Hono;
  readonly log: Logger;
  /**
   * What is left to do before the process may be frozen. A failure is the log's, never the
   * sender's.
   */
  readonly settle: () => Promise<void>;
};

export type GatewayHandler = (event: unknown) => Promise<GatewayAnswer>;

/**
 * A function behind API Gateway. `open` begins when the module is loaded, since that time is not
 * counted; where it fails, that is said in one line, answered with 503, and tried again by the next
 * event. `rewrite` gives every event one path.
 */
export function gatewayHandler(open: () => Promise<Opened>, rewrite?: string): GatewayHandler {
  let opened: Promise<Opened> | undefined;
  const opening = () => {
    opened ??= open();
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  opening().catch(() => {}); // said when somebody asks

  return async (event) => {
    let arrived: Arrived | undefined;
    try {
      arrived = readEvent(event);
    } catch (error) {
      return refusal(400, messageOf(error));
    }
    if (arrived === undefined)
      return refusal(400, 'expected an event of API Gateway, payload 1.0 or 2.0');
    let world: Opened;
    try {
      world = await opening();
    } catch (error) {
      process.stderr.write(`daybook: ${messageOf(error)}\n`);
      return refusal(503, messageOf(error));
    }
    const { app, log, settle } = world;
    const { address, gateway } = arrived;
    const request = rewrite === undefined ? arrived.request : moved(arrived.request, rewrite);
    const acceptsGzip = /(^|[\s,])gzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(
      request.headers.get('accept-encoding') ?? '',
    );
    try {
      return await within(answerWithinMs, async () =>
        toGateway(await app.fetch(request, { address }), gateway, acceptsGzip),
      );
    } catch (error) {
      // The rest of it may be a secret, or somebody's.
      const [, path] = new URL(request.url).pathname.split('/');
      if (error instanceof DaybookError) log.warn({ err: error, path }, 'an answer was not sent');
      else log.error({ err: error, path }, 'a request failed in a way that was not foreseen');
      if (!(error instanceof DaybookError))
        return refusal(500, 'something went wrong here; it is in the log');
      return refusal(error.fault === 'too-large' ? 413 : 503, error.message);
    } finally {
      await settle().catch((error: unknown) =>
        log.warn({ err: error }, 'the counters could not be written'),
      );
    }
  };
}

function moved(request: Request, path: string): Request {
  const url = new URL(request.url);
  url.pathname = path;
  return new Request(url, request as RequestInit);
}

function refusal(statusCode: number, message: string): GatewayAnswer {
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      ...(statusCode === 503 && { 'retry-after': '5' }),
    },
    body: JSON.stringify({ error: message, message }),
    isBase64Encoded: false,
  };
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = `no answer within ${ms / 1_000} s: ask for fewer days or rows`;
    timer = setTimeout(() => reject(new DaybookError('unavailable', problem)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
