import { hash } from 'node:crypto';
import type { Site } from '../../account/site.ts';
import type { Clock } from '../../lib/clock.ts';
import { readAgent } from '../enrich/agent.ts';
import { bareHostname, hostOfDomain } from '../enrich/page-url.ts';
import type { Places } from '../enrich/place.ts';
import { judgeOf, type Reason } from '../judge.ts';
import { robotOf } from '../robot-of.ts';
import { rulesOf } from '../site-rules.ts';
import { type LogLine, lineReader } from './line.ts';
import { type LogView, pageOf, queryOf, referrerText } from './log-hit.ts';
import type { Ordinals } from './ordinals.ts';
import { type NoPageview, readPageview } from './pageview.ts';

/** Why a line was not taken. `known`: it was imported before, or another source contains it too. */
export const noHitReasons = [
  'method',
  'status',
  'asset',
  'bot',
  'known',
  'future',
  'too-old',
  'erased',
  'excluded-ip',
  'excluded-page',
  'hostname',
  'excluded-country',
  'excluded-network',
  'spam-referrer',
  'other-host',
  'broken',
] as const satisfies readonly (NoPageview | Reason | 'other-host' | 'broken')[];

export type NoHit = (typeof noHitReasons)[number];

type Judging = {
  readonly site: Site;
  readonly places: Pick<Places, 'locate' | 'networkOf'>;
  /** Takes lines of other hosts too. */
  readonly allHosts: boolean;
  readonly clock: Clock;
  readonly ordinals: Ordinals;
};

const judgeSender = judgeOf('bot', 'future');

const judgeBySite = judgeOf(
  ...(['excluded-ip', 'excluded-page', 'hostname'] as const),
  ...(['excluded-country', 'excluded-network', 'spam-referrer'] as const),
);

/** Judges lines by what they say themselves: each is a pageview to import, or why it is none. */
export function openLineJudge({ site, places, allHosts, clock, ordinals }: Judging) {
  const rules = rulesOf(site);
  const ownHost = hostOfDomain(site.domain);
  const read = lineReader();
  return (text: string, source: number): LogView | NoHit => {
    const line = read(text);
    if (line === undefined) return 'broken';
    if (!allHosts && line.host !== undefined && bareHostname(line.host) !== ownHost)
      return 'other-host';
    const view = readPageview(line);
    if (typeof view === 'string') return view;
    const agent = readAgent(line.userAgent);
    const { timeMs, userAgent } = line;
    const { keepsRobots } = site;
    const receivedAtMs = clock();
    const sent = { userAgent, receivedAtMs, ...(keepsRobots && { keepsRobots }) };
    const sender = judgeSender({ agent, timeMs, candidate: sent });
    if (sender !== undefined) return sender;
    // Ordinals are given before the site's own rules are asked: at the next import those may be
    // others.
    const id = idOf(line, (key) => ordinals.of({ key, timeMs, client: line.client }, source));
    if (id === undefined) return 'known';
    const page = rules.pageOf(pageOf(view.target), queryOf(view.target));
    const referrer = referrerText(line.referrer);
    const hostname = line.host === undefined ? '' : bareHostname(line.host);
    const candidate = { ...sent, address: line.client, page, hostname, referrer };
    const bySite = judgeBySite({ rules, places, agent, candidate });
    if (bySite !== undefined) return bySite;
    return { line, target: view.target, page, agent, robot: robotOf(candidate, agent), id };
  };
}

/**
 * 64 bits as hex, from all of a line but its client (and who that is), and from its ordinal unless
 * it is the first.
 */
function idOf(line: LogLine, ordinalOf: (key: string) => number | undefined): string | undefined {
  const { host, timeText, request, status, bytes, referrer, userAgent } = line;
  const start = host === undefined ? '' : `${host}\n`;
  const text = `${start}${timeText}\n${request}\n${status}\n${bytes}\n${referrer}\n${userAgent}`;
  const key = hash('sha256', text, 'hex').slice(0, 16);
  const ordinal = ordinalOf(key);
  if (ordinal === undefined) return undefined;
  return ordinal === 0 ? key : hash('sha256', `${text}\n${ordinal}`, 'hex').slice(0, 16);
}
