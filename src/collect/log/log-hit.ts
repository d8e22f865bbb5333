import { addressGroups } from '../../lib/address.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { cutText } from '../../lib/cut-text.ts';
import { normalizedPage } from '../../lib/page-path.ts';
import type { DayBounds } from '../../lib/site-days.ts';
import { robotVisitor } from '../../model/hit.ts';
import type { Agent } from '../enrich/agent.ts';
import { bareHostname } from '../enrich/page-url.ts';
import type { Places } from '../enrich/place.ts';
import { type Origin, readSource } from '../enrich/sources.ts';
import { readTags, type Tags } from '../enrich/tags.ts';
import type { VisitorTraits } from '../visitors.ts';
import { type LogLine, unescapeLog } from './line.ts';

/** A line that is a pageview, and what is known of it. */
export type LogView = {
  readonly id: string;
  readonly line: LogLine;
  readonly target: string;
  readonly page: string;
  readonly agent: Agent;
  /** The name of a robot, whose row is of no visitor. */
  readonly robot?: string | undefined;
};

export type LogHits = {
  /** The hit of a line, as JSON text; at once except for the first of a day. */
  hitOf(view: LogView, bounds: DayBounds): string | Promise<string>;
};

export type Identify = (bounds: DayBounds, traits: VisitorTraits) => string | Promise<string>;

const maxPageChars = 2_000;

const rememberedClients = 20_000;

const rememberedReferrers = 5_000;

/**
 * Makes hits of lines. Each is put together from pieces of JSON that many lines share: those of its
 * agent, its client and its referrer. With objects, this would take more time than the rest of an
 * import.
 */
export function openLogHits(hostname: string, places: Places, identify: Identify): LogHits {
  const agents = new WeakMap<Agent, string>();
  const referrers = boundedMap<string, string>(rememberedReferrers);
  // By agent, then by client. All are forgotten at the end of the day, or when they are many.
  const clients = new Map<string, Map<string, string>>();
  let clientsDay = '';
  let clientsKept = 0;
  const ownHostname = piece({ hostname });

  const hostnameOf = ({ host }: LogLine) =>
    host === undefined ? ownHostname : piece({ hostname: bareHostname(host) });

  function agentPiece(agent: Agent): string {
    let known = agents.get(agent);
    if (known === undefined) {
      const { bot: _, ...browser } = agent;
      known = piece(browser);
      agents.set(agent, known);
    }
    return known;
  }

  function untaggedPiece(written: string): string {
    let known = referrers.get(written);
    if (known === undefined) {
      known = piece(originOf(written, {}));
      referrers.set(written, known);
    }
    return known;
  }

  function originOf(written: string, tags: Tags): Origin {
    const own = { ownHostname: hostname, ownDomain: hostname };
    return readSource({ referrer: referrerText(written), ...own, tags });
  }

  /** Where a visit came from. Most queries say nothing about it. */
  function campaignPiece({ referrer }: LogLine, query: string): string {
    const tags = readTags(query);
    for (const _ in tags) return taggedPiece(referrer, tags);
    return untaggedPiece(referrer);
  }

  function taggedPiece(referrer: string, tags: Tags): string {
    const { clickId: _, ...campaign } = tags;
    return piece(originOf(referrer, tags)) + piece(campaign);
  }

  /** The visitor and the place of a line: the same for all requests of one browser in a day. */
  function clientPiece(
    { client, userAgent }: LogLine,
    bounds: DayBounds,
  ): string | Promise<string> {
    if (clientsDay !== bounds.day || clientsKept >= rememberedClients) {
      clients.clear();
      clientsDay = bounds.day;
      clientsKept = 0;
    }
    let known = clients.get(userAgent);
    if (known === undefined) {
      known = new Map();
      clients.set(userAgent, known);
    }
    const into = known;
    const text = into.get(client);
    if (text !== undefined) return text;
    // If the server wrote a name in place of an address, clients differ by their names.
    const traits =
      addressGroups(client) === undefined
        ? { address: '', userAgent: `${client}\n${userAgent}` }
        : { address: client, userAgent };
    const make = (visitor: string) => {
      const made = piece({ visitor }) + piece(places.locate(traits.address));
      into.set(client, made);
      clientsKept++;
      return made;
    };
    const visitor = identify(bounds, traits);
    return typeof visitor === 'string' ? make(visitor) : visitor.then(make);
  }

  function hitOf(view: LogView, bounds: DayBounds): string | Promise<string> {
    const { line, robot } = view;
    if (robot !== undefined) {
      const from = piece(places.locate(line.client));
      return join(view, piece({ visitor: robotVisitor }) + from + piece({ robot }));
    }
    const client = clientPiece(line, bounds);
    return typeof client === 'string'
      ? join(view, client)
      : client.then((known) => join(view, known));
  }

  function join({ id, line, target, page, agent }: LogView, client: string): string {
    const start = `"id":"${id}","time":${line.timeMs},"name":"pageview",`;
    const text =
      `${start}"page":${JSON.stringify(page)},` +
      hostnameOf(line) +
      client +
      campaignPiece(line, queryOf(target)) +
      agentPiece(agent);
    return `{${text.slice(0, -1)}}`;
  }

  return { hitOf };
}

/** Members of an object as JSON, each with a comma behind it. */
function piece(members: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(members).slice(1, -1);
  return text === '' ? '' : `${text},`;
}

/** The path in the spelling of all pages, without its query. */
export function pageOf(target: string): string {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  const page = normalizedPage(path);
  return cutText(page, maxPageChars);
}

export function queryOf(target: string): string {
  const [start, end] = [target.indexOf('?'), target.indexOf('#')];
  return start < 0 ? '' : target.slice(start, end < 0 ? undefined : end);
}

/** Undefined where the line names none. */
export function referrerText(written: string): string | undefined {
  return written === '-' || written === '' ? undefined : unescapeLog(written);
}
