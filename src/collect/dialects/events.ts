import { canonicalAddress } from '../../lib/address.ts';
import { instantOf } from '../../lib/instant.ts';
import { clockSkewMs } from '../../model/times.ts';
import { type JsonObject, maxBodyBytes, parseBody, readObject } from '../body.ts';
import { type Candidate, type Invalid, invalid, type RequestContext } from '../candidate.ts';
import { expected, readEventFields, textProblem } from './event.ts';

/** In one request. */
export const maxEvents = 1_000;

/** Of a whole request: some 2,000 for each event. */
export const maxEventsBytes = 2 * 1024 ** 2;

const maxAgentChars = 2_000;

/** A number of seconds is not taken for one of milliseconds: those of the present are far below. */
const earliestMs = 1e11;

/**
 * `POST /api/events`: events of many visitors, as a server that saw them says: the fields of an
 * event, and `ip`, `userAgent`, `timestamp` and `optOut`. Each is read by itself.
 */
export function readEvents(
  text: string,
  context: RequestContext,
): { readonly events: readonly (Candidate | Invalid)[] } | Invalid {
  const parsed = parseBody(text);
  if ('invalid' in parsed) return parsed;
  const events = (parsed.value as { readonly events?: unknown } | null)?.events;
  if (!Array.isArray(events)) return invalid('events', expected('a list of events', events));
  if (events.length === 0 || events.length > maxEvents)
    return invalid('events', `expected 1 to ${maxEvents} events, got ${events.length}`);
  const hasEscapes = text.includes('\\u');
  return { events: events.map((event) => readOne(event, hasEscapes, context)) };
}

function readOne(event: unknown, hasEscapes: boolean, context: RequestContext) {
  const read = readObject(event, hasEscapes);
  if ('invalid' in read) return read;
  const { body } = read;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > maxBodyBytes)
    return invalid('body', `expected at most ${maxBodyBytes} bytes an event, got ${bytes}`);
  const sender = readSender(body, context);
  if ('invalid' in sender) return sender;
  const candidates = readEventFields(body, sender);
  if ('invalid' in candidates) return candidates;
  const [candidate, ...others] = candidates;
  return others.length === 0
    ? candidate!
    : invalid('domain', `expected one site, got ${candidates.length}`);
}

type Sender = RequestContext & Pick<Candidate, 'atMs'>;

/** Who the visitor was, and when: nothing of it comes from the request itself. */
function readSender(body: JsonObject, context: RequestContext): Sender | Invalid {
  const { ip, userAgent, timestamp, optOut } = body;
  const badText = textProblem('userAgent', userAgent, maxAgentChars);
  if (badText !== undefined) return badText;
  const address = isAbsent(ip) ? '' : typeof ip === 'string' && canonicalAddress(ip.trim());
  if (typeof address !== 'string') return invalid('ip', expected('an address of IPv4 or IPv6', ip));
  if (!isAbsent(optOut) && typeof optOut !== 'boolean')
    return invalid('optOut', expected('true or false', optOut));
  const atMs = isAbsent(timestamp) ? undefined : readTime(timestamp, context.receivedAtMs);
  if (typeof atMs === 'object') return atMs;
  const { receivedAtMs, keySiteId } = context;
  return {
    ...{ receivedAtMs, hasKey: true, keySiteId, atMs, address },
    userAgent: typeof userAgent === 'string' ? userAgent : '',
    optsOut: optOut === true,
  };
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function readTime(value: unknown, receivedAtMs: number): number | Invalid {
  const ms = typeof value === 'string' ? instantOf(value) : value;
  if (typeof ms !== 'number' || !(ms >= earliestMs))
    return invalid(
      'timestamp',
      expected('ms since 1970, or ISO 8601 with its offset, after March 1973', value),
    );
  return ms <= receivedAtMs + clockSkewMs
    ? Math.trunc(ms)
    : invalid('timestamp', expected('a time that is not ahead of this server', value));
}
