import { canonicalAddress } from '../../lib/address.ts';
import { cutText } from '../../lib/cut-text.ts';
import { clockSkewMs } from '../../model/times.ts';
import { hasControls, type JsonObject, maxBodyBytes, parseBody, readObject } from '../body.ts';
import { type Candidate, type Invalid, invalid, type RequestContext, shown } from '../candidate.ts';
import { bareHostname, readPageUrl } from '../enrich/page-url.ts';
import { readTitle } from '../enrich/title.ts';
import { readRevenue } from './event.ts';

const maxReferrerChars = 2_000;

const maxProps = 30;

/** Of one batch. */
const mostHits = 1_000;

/** Umami cuts values there. */
const maxValueChars = 500;

const maxKeyChars = 100;

/** Texts of the payload, and how long Umami lets each be. */
const maxChars = {
  ...{ website: 300, hostname: 100, language: 35, screen: 11, name: 50, tag: 50 },
  ...{ title: 10_000, url: 10_000, referrer: 10_000 },
} as const;

const kinds = ['event', 'identify', 'performance'];

/**
 * Umami's dialect: `POST /api/send`. An event's `data` become its properties, `tag` one of them;
 * `data.revenue` with `data.currency` is revenue. An event of one's own does not count against a
 * bounce, and the `#fragment` is part of the page, as in Umami. The distinct `id` is not kept.
 * `ip`, `userAgent` and `timestamp` count only with a key.
 */
export function readUmami(text: string, context: RequestContext): Candidate | Invalid {
  const parsed = parseBody(text);
  return 'invalid' in parsed ? parsed : readHit(parsed.value, text.includes('\\u'), context);
}

/** `POST /api/batch`: several of them, each read by itself. */
export function readUmamiBatch(
  text: string,
  context: RequestContext,
): { readonly hits: readonly (Candidate | Invalid)[] } | Invalid {
  const parsed = parseBody(text);
  if ('invalid' in parsed) return parsed;
  const { value: hits } = parsed;
  if (!Array.isArray(hits) || hits.length > mostHits)
    return invalid('body', `expected a list of at most ${mostHits} hits`);
  const hasEscapes = text.includes('\\u');
  return { hits: hits.map((hit) => readHit(hit, hasEscapes, context)) };
}

function readHit(hit: unknown, hasEscapes: boolean, context: RequestContext): Candidate | Invalid {
  const read = readObject(hit, hasEscapes);
  if ('invalid' in read) return read;
  if (Buffer.byteLength(JSON.stringify(read.body)) > maxBodyBytes)
    return invalid('body', `expected at most ${maxBodyBytes} bytes a hit`);
  const { type, payload } = read.body;
  if (typeof type !== 'string' || !kinds.includes(type))
    return invalid('type', `expected one of ${kinds.join(', ')}, got ${shown(type)}`);
  if (!isObject(payload)) return invalid('payload', `expected an object, got ${shown(payload)}`);
  const problem = problemOf(payload);
  if (problem !== undefined) return problem;
  const sender = readSender(payload, context);
  if ('invalid' in sender) return sender;
  const say = (field: keyof typeof maxChars) => textOf(payload[field]);
  const url = say('url') ?? '/';
  const page = readPageUrl(url, { hash: true });
  if ('error' in page) return invalid('url', page.error);
  const { width } = /^(?<width>\d{1,5})x\d+$/.exec(say('screen') ?? '')?.groups ?? {};
  const event = type === 'event' ? say('name')?.trim() : undefined;
  return {
    ...sender,
    domain: String(payload['website']),
    name: nameOf(event),
    hostname: bareHostname(say('hostname') ?? page.hostname),
    page: page.page,
    search: page.search,
    tags: page.tags,
    title: readTitle(payload['title']),
    referrer: referrerOf(say('referrer')),
    language: say('language'),
    screenWidthPx: Number(width) > 0 ? Number(width) : undefined,
    interactive: !event,
    ...(type === 'event' && contentOf(payload['data'], say('tag'))),
    ...((type === 'identify' || type === 'performance') && { notKept: type }),
  };
}

/** An event that has the name of one that means something else here keeps it in capitals. */
function nameOf(event: string | undefined): string {
  if (!event) return 'pageview';
  return event === 'pageview' || event === 'engagement'
    ? `${event[0]!.toUpperCase()}${event.slice(1)}`
    : event;
}

/** What Umami refuses, and what cannot be stored. */
function problemOf(payload: JsonObject): Invalid | undefined {
  const named = ['website', 'link', 'pixel'].filter((field) => textOf(payload[field]));
  if (named.length !== 1 || named[0] !== 'website')
    return invalid('website', `expected a website, and neither link nor pixel`);
  for (const [field, most] of Object.entries(maxChars)) {
    const value = payload[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') return invalid(field, `expected a text, got ${shown(value)}`);
    if (value.length > most)
      return invalid(field, `expected at most ${most} characters, got ${value.length}`);
    if (field !== 'title' && hasControls(value))
      return invalid(field, 'expected a text without control characters');
  }
  const { data } = payload;
  return data === undefined || data === null || isObject(data)
    ? undefined
    : invalid('data', `expected an object, got ${shown(data)}`);
}

/** Who sent it, and when: a sender with a key may say it of somebody else. */
function readSender(
  { ip, userAgent, timestamp }: JsonObject,
  context: RequestContext,
): (RequestContext & Pick<Candidate, 'atMs'>) | Invalid {
  if (!context.hasKey) return context;
  const address = typeof ip === 'string' ? canonicalAddress(ip.trim()) : undefined;
  const atMs =
    timestamp === undefined || timestamp === null ? undefined : Number(timestamp) * 1_000;
  if (atMs !== undefined && !(atMs > 0 && atMs <= context.receivedAtMs + clockSkewMs))
    return invalid('timestamp', `expected seconds since 1970, not ahead, got ${shown(timestamp)}`);
  return {
    ...{ ...context, atMs },
    ...(address !== undefined && { address, place: undefined }),
    ...(typeof userAgent === 'string' && userAgent !== '' && { userAgent }),
  };
}

/** A path alone is a page of the site itself. */
const referrerOf = (referrer: string | undefined) =>
  referrer === undefined || referrer.startsWith('/')
    ? undefined
    : cutText(referrer, maxReferrerChars) || undefined;

function contentOf(
  data: unknown,
  tag: string | undefined,
): Pick<Candidate, 'props' | 'revenue' | 'leftOut'> {
  const { revenue: amount, currency, ...others } = isObject(data) ? data : {};
  const revenue = amount === undefined ? undefined : readRevenue({ amount, currency });
  const props = propsOf({
    ...(tag !== undefined && { tag }),
    ...(revenue === undefined && { revenue: amount, currency }),
    ...others,
  });
  return {
    props,
    ...(revenue === undefined ? amount !== undefined && { leftOut: 'revenue' } : { revenue }),
  };
}

/** Nested values under joined names (`plan.name`), lists as their JSON text, as Umami does. */
function propsOf(data: JsonObject): Readonly<Record<string, string>> | undefined {
  const props = new Map<string, string>();
  const add = (object: JsonObject, before: string) => {
    for (const [key, value] of Object.entries(object)) {
      if (props.size >= maxProps) return;
      const name = cutText(`${before}${key}`, maxKeyChars);
      if (isObject(value)) add(value, `${before}${key}.`);
      else if (value !== undefined && value !== null && key.trim() !== '' && !hasControls(name)) {
        const text = cutText(
          Array.isArray(value) ? JSON.stringify(value) : `${value}`,
          maxValueChars,
        );
        if (text.trim() !== '') props.set(name, text);
      }
    }
  };
  add(data, '');
  return props.size === 0 ? undefined : Object.fromEntries(props);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
