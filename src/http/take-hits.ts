import type { Context } from 'hono';
import { maxBodyBytes } from '../collect/body.ts';
import {
  type Candidate,
  type Invalid,
  invalid,
  type RequestContext,
  shown,
} from '../collect/candidate.ts';
import { collect } from '../collect/collect.ts';
import { type Drop, isDrop } from '../collect/drop.ts';
import type { Kept } from '../collect/world.ts';
import { noSite } from '../journal/books.ts';
import { DaybookError } from '../lib/errors.ts';
import type { DropReason } from '../model/drop-reasons.ts';
import { type Sender, senderOf } from './access.ts';
import { openToAllOrigins } from './all-origins.ts';
import { clientAddress } from './client-address.ts';
import { failure, type Shape } from './failures.ts';
import { requestText } from './request-text.ts';
import type { World } from './world.ts';

/** Collects what a dialect read. */
export async function take(
  world: World,
  c: Context,
  read: readonly Candidate[] | Invalid,
  context: RequestContext,
): Promise<readonly (Kept | Drop)[]> {
  const { receivedAtMs } = context;
  if ('invalid' in read) throw refuseInvalid(world, c, read, receivedAtMs);
  for (const candidate of read) {
    const refused = await ofOtherSite(world, candidate);
    if (refused !== undefined) throw refuseInvalid(world, c, refused, receivedAtMs);
  }
  return collect(world.collect, read);
}

/** A hit whose sender's key is for another site. */
export async function ofOtherSite(
  { sites }: Pick<World, 'sites'>,
  { keySiteId, domain }: Candidate,
): Promise<Invalid | undefined> {
  if (keySiteId === undefined) return undefined;
  const named = await (domain === undefined ? sites.findDefault() : sites.find(domain));
  if (named?.id === keySiteId) return undefined;
  const own = (await sites.list()).find(({ id }) => id === keySiteId);
  const expected = own === undefined ? 'which is not there any more' : own.domain;
  return invalid('domain', `expected the site of this key, ${expected}; got ${shown(domain)}`);
}

/** The error of a request that was refused as a whole; the books count it. */
export function refuseInvalid(
  world: World,
  c: Context,
  refused: Invalid,
  receivedAtMs: number,
): DaybookError {
  countInvalid(world, receivedAtMs);
  c.header('x-daybook-dropped', 'invalid' satisfies DropReason);
  return invalidError(refused);
}

export function countInvalid({ collect: { books } }: World, receivedAtMs: number): void {
  books.count(noSite, new Date(receivedAtMs).toISOString().slice(0, 10), 'dropped:invalid');
}

/** The answer to hits that were taken; what of them was dropped is named in its headers. */
export function answer(
  body: string,
  status: number,
  type: string,
  outcomes: readonly (Kept | Drop)[],
): Response {
  // A plain object of headers, since this is the hot path: a `Headers` costs as much as the
  // parsing.
  const headers: Record<string, string> = { 'Content-Type': type, ...openToAllOrigins };
  const reasons = outcomes.filter(isDrop).map(({ dropped }) => dropped);
  if (reasons.length > 0) {
    headers['x-daybook-dropped'] = reasons.join(', ');
    headers['x-plausible-dropped'] = String(reasons.length);
  }
  return new Response(body, { status, headers });
}

/**
 * Runs a collecting route on a request's body; every answer, failures too, may be read from any
 * origin.
 */
export async function answering(
  world: World,
  c: Context,
  shape: Shape,
  run: (text: string, context: RequestContext) => Promise<Response>,
  maxBytes = maxBodyBytes,
): Promise<Response> {
  try {
    const text = await requestText(c, maxBytes);
    const begun = world.timer?.begin();
    // Received is when all of it has come: a slow sender holds nothing up.
    const receivedAtMs = world.arrivals.begin();
    try {
      const given = await run(text, contextOf(world, c, receivedAtMs, await senderOf(world, c)));
      if (begun !== undefined) world.timer!.acknowledged(begun);
      return given;
    } finally {
      world.arrivals.end(receivedAtMs);
    }
  } catch (error) {
    for (const [name, value] of Object.entries(openToAllOrigins)) c.header(name, value);
    return failure(c, error, shape, world);
  }
}

export function contextOf(
  world: World,
  c: Context,
  receivedAtMs: number,
  sender: Sender | undefined,
): RequestContext {
  const forwarded = c.req.header('x-forwarded-for');
  const hasKey = sender !== undefined;
  return {
    userAgent: c.req.header('user-agent') ?? '',
    address: clientAddress(forwarded, world.peerAddress(c), world.trust, hasKey),
    place: world.placeOf?.(c),
    hasKey,
    keySiteId: sender?.siteId,
    optsOut: c.req.header('sec-gpc') === '1' || c.req.header('dnt') === '1',
    receivedAtMs,
  };
}

/** A refused body as an error that names its fields. */
export function invalidError({ invalid }: Invalid): DaybookError {
  const message = Object.entries(invalid)
    .map(([field, problems]) => `${field}: ${problems.join(', ')}`)
    .join('; ');
  return new DaybookError('bad-input', message, { fields: { ...invalid } });
}
