import { createHash } from 'node:crypto';
import { canonicalAddress } from '../../lib/address.ts';
import { cutText } from '../../lib/cut-text.ts';
import { instantOf } from '../../lib/instant.ts';
import { clockSkewMs } from '../../model/times.ts';
import { hasControls, type JsonObject, maxBodyBytes, parseBody, readObject } from '../body.ts';
import { type Candidate, type Invalid, invalid, type RequestContext, shown } from '../candidate.ts';
import { readPageUrl } from '../enrich/page-url.ts';
import { readTags } from '../enrich/tags.ts';
import { readTitle } from '../enrich/title.ts';

const maxNameChars = 120;

const maxReferrerChars = 2_000;

const maxLanguageChars = 35;

/** In one request of the API. */
const mostHits = 500;

/** Of a hit that its page sends: what the request itself says of the page, and its site. */
export type CountContext = RequestContext &
  Pick<Candidate, 'domain' | 'language'> & {
    /** The page that sent it, as the browser names it: often its origin alone. */
    readonly sentFrom: string | undefined;
  };

/**
 * GoatCounter's dialect: `/count`, everything in the query. The page is a path without its query,
 * as everywhere here; the tags are those of `q`. An event names no page: it stands on that which
 * the browser says, or on `/`. Who says that it is automated (`b`) is a robot.
 */
export function readCount(query: URLSearchParams, context: CountContext): Candidate | Invalid {
  const { sentFrom, ...sender } = context;
  const from = sentFrom === undefined ? undefined : readPageUrl(sentFrom, { hash: false });
  const page = from === undefined || 'error' in from ? { hostname: '', page: '/' } : from;
  const said = (name: string) => query.get(name) ?? undefined;
  const fields = {
    ...{ path: said('p'), title: said('t'), ref: said('r'), query: said('q') },
    event: said('e') === 'true',
    // Earlier versions of its script send the height and the density, too.
    width: Number(said('s')?.split(',')[0]),
    bot: Number(said('b') ?? 0),
  };
  return readHit(fields, { ...sender, hostname: page.hostname }, page.page);
}

/** `POST /api/v0/count`: hits that a server saw, each read by itself. */
export function readCounts(
  text: string,
  context: RequestContext,
  randomSession: () => string,
): { readonly hits: readonly (Candidate | Invalid)[] } | Invalid {
  const parsed = parseBody(text);
  if ('invalid' in parsed) return parsed;
  const { hits, no_sessions: noSessions } = Object(parsed.value) as JsonObject;
  if (!Array.isArray(hits) || hits.length === 0 || hits.length > mostHits)
    return invalid('hits', `expected 1 to ${mostHits} hits, got ${shown(hits)}`);
  const hasEscapes = text.includes('\\u');
  const session = noSessions === true ? randomSession : undefined;
  return { hits: hits.map((hit) => readSeen(hit, hasEscapes, context, session)) };
}

/** What a server saw: nothing of it comes from the request itself. */
function readSeen(
  given: unknown,
  hasEscapes: boolean,
  { receivedAtMs, keySiteId }: RequestContext,
  randomSession: (() => string) | undefined,
): Candidate | Invalid {
  const read = readObject(given, hasEscapes);
  if ('invalid' in read) return read;
  const { body } = read;
  if (Buffer.byteLength(JSON.stringify(body)) > maxBodyBytes)
    return invalid('hit', `expected at most ${maxBodyBytes} bytes`);
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '');
  const ip = text('ip') === '' ? undefined : canonicalAddress(text('ip').trim());
  if (ip === undefined && text('ip') !== '')
    return invalid('ip', `expected an address, got ${shown(body['ip'])}`);
  const session = text('session') || randomSession?.();
  if (ip === undefined && session === undefined)
    return invalid('session', 'expected a session or an ip, unless no_sessions is true');
  const atMs = body['created_at'] === undefined ? undefined : instantOf(text('created_at'));
  if (body['created_at'] !== undefined && !(atMs! <= receivedAtMs + clockSkewMs))
    return invalid('created_at', `expected RFC 3339, not ahead, got ${shown(body['created_at'])}`);
  const { size, bot } = body;
  const place = /^[A-Z]{2}/.exec(text('location'))?.[0];
  return readHit(
    {
      ...{ path: text('path'), title: text('title'), ref: text('ref'), query: text('query') },
      ...{ event: body['event'] === true, bot: Number(bot ?? 0) },
      width: Number(Array.isArray(size) ? size[0] : String(size).split(',')[0]),
    },
    {
      ...{ receivedAtMs, keySiteId, atMs, hasKey: true, optsOut: false, hostname: '' },
      userAgent: text('user_agent'),
      address: ip ?? addressOf(session!),
      language: text('language').slice(0, maxLanguageChars) || undefined,
      ...(place !== undefined && { place: { country: place } }),
    },
    '/',
  );
}

type Fields = Readonly<Record<'path' | 'title' | 'ref' | 'query', string | undefined>> & {
  readonly event: boolean;
  readonly width: number;
  readonly bot: number;
};

type Known = RequestContext & Pick<Candidate, 'domain' | 'language' | 'hostname' | 'atMs'>;

function readHit(fields: Fields, known: Known, eventPage: string): Candidate | Invalid {
  const { path = '', title, ref = '', query = '', event, width, bot } = fields;
  if (path === '') return invalid('p', 'expected the path of the page, or the name of the event');
  if ([path, ref, query].some(hasControls)) return invalid('p', 'expected no control characters');
  const shared = {
    ...known,
    title: readTitle(title),
    referrer: cutText(ref, maxReferrerChars) || undefined,
    screenWidthPx: width > 0 ? width : undefined,
    interactive: true,
    ...(bot > 0 && { isRobot: true as const }),
  };
  if (event) {
    const name = path.replace(/^\/+/, '');
    return name === '' || name.length > maxNameChars
      ? invalid('p', `expected a name of 1 to ${maxNameChars} characters`)
      : { ...shared, name, page: eventPage, tags: readTags(query) };
  }
  const isUrl = /^https?:\/\//i.test(path);
  const page = readPageUrl(isUrl ? path : path.replace(/^\/*/, '/'), { hash: false });
  if ('error' in page) return invalid('p', page.error);
  return {
    ...shared,
    name: 'pageview',
    hostname: page.hostname || known.hostname,
    page: page.page,
    search: page.search || query,
    tags: readTags(query || page.search),
  };
}

/**
 * A session that its sender names stands for the address of its visitor: a local one (RFC 4193),
 * which is nowhere.
 */
function addressOf(session: string): string {
  const hex = createHash('sha256').update(session).digest('hex');
  return `fd${hex.slice(0, 2)}:${hex.slice(2, 30).match(/.{4}/g)!.join(':')}`;
}
