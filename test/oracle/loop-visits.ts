import { clockOf, type LoopZone, type Shown } from './loop-time.ts';
import type { Mistake } from './mistakes.ts';

export type LoopHit = {
  readonly id: string;
  readonly time: number;
  readonly name: string;
  readonly visitor: string;
  readonly hostname: string;
  readonly page: string;
  readonly interactive?: false;
  readonly [field: string]: unknown;
};
/** A hit that the server received. */
export type Came = { readonly receivedAtMs: number; readonly hit: LoopHit };
export type Visit = { readonly hits: Dated[]; readonly key: string };
/** A hit with its day, time of day and visit; and with the scroll depths and times of its engagements. */
export type Dated = {
  readonly hit: LoopHit;
  readonly day: string;
  readonly shown: Shown;
  visit?: Visit;
  depths: number[];
  engaged: number[];
};

const halfHourMs = 30 * 60_000;

/** A page in the one spelling that is stored: RFC 3986, written down byte by byte. */
export function spelled(page: string): string {
  const plain = (char: string) => /[\w.~!$&'()*+,;=:@^|-]/.test(char);
  let text = '';
  const bytes = Buffer.from(page);
  for (let i = 0; i < bytes.length; i++) {
    const char = String.fromCharCode(bytes[i]!);
    const code = bytes.subarray(i + 1, i + 3).toString();
    const isEncoded = char === '%' && /^[0-9a-f]{2}$/i.test(code);
    const meant = isEncoded ? String.fromCharCode(Number.parseInt(code, 16)) : char;
    if (isEncoded) i += 2;
    const stays = plain(meant) || (!isEncoded && '/?#[]\\'.includes(meant));
    const hex = meant.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    text += stays ? meant : `%${hex}`;
  }
  return text;
}

/** A spelled page as people read it. */
export const shown = (page: string) =>
  decodeURIComponent(page.replace(/%(?=2F|3F|23|25|5B|5D|5C)/g, '%25'));

/** The visitor of rows that robots sent. */
const robot = '0'.repeat(16);

export const counts = ({ hit }: Dated) => hit.name !== 'engagement';

/**
 * Finds the visits: each hit once, with the engagements of its pageview, without robots' rows.
 * `firstDay` is the first that has any row.
 */
export function cutVisits(
  came: readonly Came[],
  zone: LoopZone,
  mistake?: Mistake,
): {
  all: Dated[];
  /** The rows of robots, each as if it were a visit, so that its dimensions can be asked for. */
  robots: Dated[];
  firstDay: string | undefined;
  visits: Visit[];
  dayOf: (ms: number) => string;
  shownAt: (ms: number) => Shown;
} {
  const clock = clockOf(zone, mistake);
  const utc = clockOf({ name: 'UTC' });
  const dayOf = (ms: number) => (mistake === 'midnight: in UTC' ? utc(ms) : clock(ms)).day;
  const shownAt = (ms: number): Shown => ({
    day: dayOf(ms),
    hour: (mistake === 'hours: in UTC' ? utc(ms) : clock(ms)).hour,
    minute: clock(mistake === 'minutes: rounded, not cut' ? ms + 30_000 : ms).minute,
  });

  // Of hits with one id on one day, the one that came first is kept.
  const kept = new Map<string, Came>();
  for (const one of came) {
    const key = `${dayOf(one.hit.time)} ${one.hit.id}`;
    const other = kept.get(key);
    const earlier = other === undefined || one.receivedAtMs < other.receivedAtMs;
    if (mistake === 'duplicates: the latest wins' ? other === undefined || !earlier : earlier)
      kept.set(key, one);
  }
  const each = [...kept.values()].map(
    ({ hit }): Dated => ({
      hit: mistake === 'pages: spellings differ' ? hit : { ...hit, page: spelled(hit.page) },
      ...{ day: dayOf(hit.time), shown: shownAt(hit.time), depths: [], engaged: [] },
    }),
  );
  const [firstDay] = each.map(({ day }) => day).sort();
  const all = each.filter(
    ({ hit }) => hit.visitor !== robot || mistake === 'robots: counted as a visitor',
  );

  const robots = each.filter(
    (one) => counts(one) && (one.hit.visitor === robot || mistake === 'robots: everybody is one'),
  );
  for (const one of robots) one.visit = { hits: [one], key: '' };

  const byVisitor = new Map<string, Dated[]>();
  for (const one of all.filter(counts)) {
    const key = `${one.day} ${one.hit.visitor}`;
    byVisitor.set(key, [...(byVisitor.get(key) ?? []), one]);
  }
  const visits: Visit[] = [];
  for (const [key, hits] of byVisitor) {
    hits.sort(inOrder);
    let visit: Visit | undefined;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const one of hits) {
      const gap = one.hit.time - lastMs;
      const isNewVisit =
        mistake === 'visits: a gap of exactly 30 minutes ends one'
          ? gap >= halfHourMs
          : gap > halfHourMs;
      if (visit === undefined || isNewVisit) {
        visit = { hits: [], key: `${key} ${visits.length}` };
        visits.push(visit);
      }
      visit.hits.push(one);
      one.visit = visit;
      lastMs = one.hit.time;
    }
  }

  for (const ping of all.filter((one) => !counts(one)).sort(inOrder)) {
    const strictly = mistake === 'engagement: not added to a view at the same instant' ? 1 : 0;
    const views = (byVisitor.get(`${ping.day} ${ping.hit.visitor}`) ?? []).filter(
      ({ hit }) =>
        hit.name === 'pageview' &&
        hit.page === ping.hit.page &&
        hit.hostname === ping.hit.hostname &&
        hit.time + strictly <= ping.hit.time,
    );
    const view = views.at(
      mistake === 'engagement: added to the first view of the page, not the latest' ? 0 : -1,
    );
    const { scrollDepth, engagedMs } = ping.hit;
    if (typeof scrollDepth === 'number') view?.depths.push(scrollDepth);
    if (typeof engagedMs === 'number') view?.engaged.push(engagedMs);
  }
  return { all, robots, firstDay, visits, dayOf, shownAt };
}

const inOrder = (a: Dated, b: Dated) =>
  a.hit.time - b.hit.time || (BigInt(`0x${a.hit.id}`) < BigInt(`0x${b.hit.id}`) ? -1 : 1);
