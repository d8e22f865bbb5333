import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { DaybookError, type Fault, messageOf, shortageOf } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { nameRequest } from './request-id.ts';

const statuses: Readonly<Record<Fault, ContentfulStatusCode>> = {
  'bad-input': 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  damaged: 500,
  unavailable: 503,
};

/**
 * Shapes of an error's body: ours, with the field that was refused (`{ error, field? }`), and those
 * of the dialects.
 */
export type Shape = 'error' | 'message' | 'errors' | 'umami';

type Means = { readonly log: Logger; readonly random: Random };

/**
 * Turns anything thrown into an answer, which has the request's id. What is the sender's fault
 * stays quiet, what is ours is logged: by the id and the route, without what was sent.
 */
export function failure(c: Context, error: unknown, shape: Shape, means: Means): Response {
  // Its sender has gone: nobody reads an answer, and it is nobody's fault.
  if (c.req.raw.signal.aborted) return new Response(null, { status: 499 });
  const shortage = error instanceof DaybookError ? undefined : shortageOf(error);
  if (shortage !== undefined) return failure(c, shortage, shape, means);
  const { log } = means;
  const of = { request: nameRequest(c, means.random), route: `${c.req.method} ${routePath(c)}` };
  if (!(error instanceof DaybookError)) {
    log.error({ err: error, ...of }, 'a request failed in a way that was not foreseen');
    const message = 'something went wrong here; it is in the log';
    return c.json(bodyOf(500, { message }, shape), 500);
  }
  const status = statuses[error.fault];
  if (status === 503) {
    log.warn({ ...of, cause: causeOf(error) }, `unavailable: ${error.message}`);
    c.header('Retry-After', String(error.retryAfterS ?? 5));
  }
  if (status === 429) c.header('Retry-After', String(error.retryAfterS ?? 900));
  if (error.fault === 'damaged') log.error(of, error.message);
  if (status < 500) log.debug({ ...of, status }, 'a request was refused');
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.json(bodyOf(status, error, shape), status);
}

const causeOf = ({ cause }: DaybookError) => (cause === undefined ? undefined : messageOf(cause));

/** An error as Umami words it. */
export function umamiError(status: number, message: string): Record<string, unknown> {
  const code = umamiCodes[status] ?? 'server-error';
  return { error: { message, code, status } };
}

const umamiCodes: Readonly<Record<number, string>> = {
  ...{ 400: 'bad-request', 401: 'unauthorized', 403: 'forbidden', 404: 'not-found' },
  ...{ 413: 'too-large', 429: 'too-many-requests', 503: 'service-unavailable' },
};

function bodyOf(
  status: number,
  { message, fields }: { readonly message: string; readonly fields?: DaybookError['fields'] },
  shape: Shape,
): Record<string, unknown> {
  if (shape === 'umami') return umamiError(status, message);
  if (shape === 'errors') return { errors: fields ?? { request: [message] } };
  if (shape === 'message') return { message };
  const [field] = Object.keys(fields ?? {});
  return { error: message, ...(field !== undefined && { field }) };
}
