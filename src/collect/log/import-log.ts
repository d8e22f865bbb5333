import { hash } from 'node:crypto';
import type { Site } from '../../account/site.ts';
import type { Home } from '../../home/home.ts';
import type { Appender, Entry } from '../../journal/append.ts';
import type { Books } from '../../journal/books.ts';
import { judgeOf, readErasures } from '../../journal/erasures.ts';
import { type Clock, minuteMs } from '../../lib/clock.ts';
import type { IdSet } from '../../lib/id-set.ts';
import type { Day, DayBounds } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { readAgent } from '../enrich/agent.ts';
import { readPageUrl } from '../enrich/page-url.ts';
import type { Places } from '../enrich/place.ts';
import { isSealed, rulesOf } from '../site-rules.ts';
import type { Visitors } from '../visitors.ts';
import { type IdsOfDay, openDays } from './import-days.ts';
import { type LogLine, lineReader } from './line.ts';
import { type LogView, openLogHits, pageOf } from './log-hit.ts';
import { type LogBatch, type LogProblem, type LogSource, mergeLogs } from './merge.ts';
import { countOrdinals } from './ordinals.ts';
import { type NoPageview, readPageview } from './pageview.ts';

/** What importing needs of the world around it. */
export type ImportWorld = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly idsOfDay: IdsOfDay;
  readonly appender: Appender;
  readonly books: Books;
  readonly visitors: Visitors;
  readonly places: Places;
  readonly clock: Clock;
};

/** Why a line was not taken. `known`: it was imported before, or stands in another source too. */
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
  'spam-referrer',
  'broken',
] as const satisfies readonly (NoPageview | string)[];

export type NoHit = (typeof noHitReasons)[number];

export type BrokenLine = {
  readonly source: number;
  readonly number: number;
  readonly text: string;
};

export type LogImport = {
  readonly lines: number;
  readonly taken: number;
  readonly notTaken: Readonly<Record<NoHit, number>>;
  /** The first of the lines that are no log lines. */
  readonly broken: readonly BrokenLine[];
  /** Sources that could not be read to their end; what came before is kept. */
  readonly problems: readonly LogProblem[];
  /** The site-days that got hits. */
  readonly days: readonly Day[];
};

const brokenShown = 5;

const batchRows = 2_000;

const flushEveryBatches = 10;

const aheadMs = minuteMs;

/**
 * Brings the pageviews of access logs into a site. Importing a line again changes nothing: its
 * hit's id comes from what it says and its ordinal among equal lines (never from its address), and
 * ids that its day has already are left out. Rows are received now, not when the log says: a
 * running server's mounts look for rows by when they were received, and would not find rows from
 * before what they have seen. So they cannot have the keys of an earlier import, and are looked up
 * by id instead. Killed at any moment, it can be run again.
 *
 * `onBatch` is called after every batch of lines. Rejects with fault `unavailable` when rows cannot
 * be stored; those stored before stay.
 */
export async function importLog(
  world: ImportWorld,
  site: Site,
  sources: readonly LogSource[],
  onBatch: (soFar: { readonly lines: number; readonly taken: number }) => void = () => {},
): Promise<LogImport> {
  const rules = rulesOf(site);
  const hits = openLogHits(hostnameOf(site), world.places, (bounds, address, userAgent) =>
    world.visitors.identify(site.id, bounds, address, userAgent, world.clock()),
  );
  const read = lineReader();
  const ordinals = countOrdinals(sources.length);
  const days = openDays(world.idsOfDay, site.id);
  const notTaken = Object.fromEntries(noHitReasons.map((reason) => [reason, 0])) as Record<
    NoHit,
    number
  >;
  const broken: BrokenLine[] = [];
  const problems: LogProblem[] = [];
  const touched = new Set<Day>();
  let [lines, taken, batches] = [0, 0, 0];

  const erasures = await readErasures(world.home, site.id);
  const isErased = erasures.length === 0 ? undefined : judgeOf(erasures);
  const startedMs = world.clock();
  const sealed = (day: Day) => isSealed(site, day, startedMs);

  /** The way of a line, in running order. */
  function judge(text: string, source: number): LogView | NoHit {
    const line = read(text);
    if (line === undefined) return 'broken';
    const view = readPageview(line);
    if (typeof view === 'string') return view;
    const agent = readAgent(line.userAgent);
    if (agent.bot) return 'bot';
    if (line.timeMs > world.clock() + aheadMs) return 'future';
    // Ordinals are given before the site's own rules are asked: those may be others at the next
    // import.
    const id = idOf(line, (key) =>
      ordinals.of({ key, timeMs: line.timeMs, client: line.client }, source),
    );
    if (id === undefined) return 'known';
    if (rules.excludesAddress(line.client)) return 'excluded-ip';
    if (rules.excludesPage(pageOf(view.target))) return 'excluded-page';
    if (hits.isSpam(line)) return 'spam-referrer';
    return { line, target: view.target, agent, id };
  }

  let pending: { readonly bounds: DayBounds; readonly id: string; readonly hit: string }[] = [];
  let storing: Promise<void> = Promise.resolve();

  /** Stores what is pending while the next lines are read; one batch is under way at a time. */
  async function store(): Promise<void> {
    await storing;
    const rows = pending;
    pending = [];
    storing = append(rows);
    // Awaited before the next one; until then a rejection must not count as unhandled.
    storing.catch(() => {});
  }

  async function append(rows: typeof pending): Promise<void> {
    const receivedAtMs = world.clock();
    const entries = rows.map(({ bounds: { day }, id, hit }): Entry => {
      // Always late: the running day's own partition is its server's alone (`journal/arrivals.ts`).
      return { siteId: site.id, day, late: true, receivedAtMs, id, hit };
    });
    if (entries.length > 0) await world.appender.append(entries);
    for (const { day } of entries) {
      touched.add(day);
      world.books.count(site.id, day, 'stored');
    }
    taken += entries.length;
    if (++batches % flushEveryBatches === 0) await world.books.flush();
  }

  /** A day that comes back must be read with all that was taken of it. */
  async function loadDay(day: Day): Promise<IdSet> {
    if (days.returns(day)) {
      await store();
      await storing;
    }
    return days.load(day);
  }

  async function take({ source, lines: texts, number, passedMs }: LogBatch): Promise<void> {
    ordinals.passed(passedMs);
    for (const [i, text] of texts.entries()) {
      let judged = judge(text, source);
      if (typeof judged !== 'string') {
        const bounds = rules.dayOf(judged.line.timeMs);
        if (sealed(bounds.day)) judged = 'too-old';
      }
      if (typeof judged !== 'string') {
        const bounds = rules.dayOf(judged.line.timeMs);
        const known = days.known(bounds.day) ?? (await loadDay(bounds.day));
        if (known.has(judged.id)) judged = 'known';
        else {
          known.add(judged.id);
          const made = hits.hitOf(judged, bounds);
          const hit = typeof made === 'string' ? made : await made;
          if (isErased?.(JSON.parse(hit) as Hit)) judged = 'erased';
          else pending.push({ bounds, id: judged.id, hit });
          if (pending.length >= batchRows) await store();
        }
      }
      if (typeof judged !== 'string') continue;
      notTaken[judged]++;
      if (judged === 'broken' && broken.length < brokenShown)
        broken.push({ source, number: number + i, text });
    }
    lines += texts.length;
  }

  try {
    for await (const batch of mergeLogs(sources, (problem) => problems.push(problem))) {
      await take(batch);
      onBatch({ lines, taken });
    }
    await store();
    await storing;
  } finally {
    await storing.catch(() => {});
    await world.books.flush();
  }
  return { lines, taken, notTaken, broken, problems, days: [...touched].sort() };
}

/**
 * 64 bits as hex, from all of a line but its client (and who that is), and its ordinal where it is
 * not the first.
 */
function idOf(line: LogLine, ordinalOf: (key: string) => number | undefined): string | undefined {
  const { timeText, request, status, bytes, referrer, userAgent } = line;
  const text = `${timeText}\n${request}\n${status}\n${bytes}\n${referrer}\n${userAgent}`;
  const key = hash('sha256', text, 'hex').slice(0, 16);
  const ordinal = ordinalOf(key);
  if (ordinal === undefined) return undefined;
  return ordinal === 0 ? key : hash('sha256', `${text}\n${ordinal}`, 'hex').slice(0, 16);
}

/** As the tracker of that site would say it. */
function hostnameOf({ domain }: Site): string {
  const url = readPageUrl(`https://${domain}/`, { hash: false });
  return 'error' in url ? '' : url.hostname;
}
