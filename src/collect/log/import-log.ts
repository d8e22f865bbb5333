import type { Site } from '../../account/site.ts';
import type { Home } from '../../home/home.ts';
import type { Appender, Entry } from '../../journal/append.ts';
import type { Books } from '../../journal/books.ts';
import { isErasedBy, readErasures } from '../../journal/erasures.ts';
import { type BatchStore, openBatchStore } from '../../journal/store-hits.ts';
import type { Clock } from '../../lib/clock.ts';
import type { IdSet } from '../../lib/id-set.ts';
import type { Day, DayBounds } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { readPageUrl } from '../enrich/page-url.ts';
import type { Places } from '../enrich/place.ts';
import { judgeOf } from '../judge.ts';
import { rulesOf } from '../site-rules.ts';
import type { Visitors } from '../visitors.ts';
import { type IdsOfDay, type ImportDays, openDays } from './import-days.ts';
import { type NoHit, noHitReasons, openLineJudge } from './judge-line.ts';
import { type LogHits, type LogView, openLogHits } from './log-hit.ts';
import { type LogBatch, type LogProblem, type LogSource, mergeLogs } from './merge.ts';
import { countOrdinals } from './ordinals.ts';

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

export type LogImportOptions = {
  /** Takes lines that name another virtual host too. */
  readonly allHosts?: boolean;
  /** Called after every batch of lines. */
  readonly onBatch?: (soFar: { readonly lines: number; readonly taken: number }) => void;
};

const brokenShown = 5;

const batchRows = 2_000;

const flushEveryBatches = 10;

/**
 * Brings the pageviews of access logs into a site. The way of a line: read and judge it
 * (`judge-line.ts`), find its day, leave it out if that day has it already, make the hit
 * (`log-hit.ts`), leave it out if it is erased, store it.
 *
 * Importing a line again changes nothing: its hit's id comes from what the line says and its
 * ordinal among equal lines (never from its address), and ids that its day has already are left
 * out. Rows are received now, not when the log says: a running server's mounts look for rows by
 * when they were received, and would not find rows from before what they have seen. So rows cannot
 * have the keys of an earlier import, and are found by their ids instead. Killed at any moment, it
 * can be run again.
 *
 * Rejects with fault `unavailable` when rows cannot
 * be stored; those stored before stay.
 */
export async function importLog(
  world: ImportWorld,
  site: Site,
  sources: readonly LogSource[],
  { allHosts = false, onBatch = () => {} }: LogImportOptions = {},
): Promise<LogImport> {
  const { clock } = world;
  const hits = openLogHits(hostnameOf(site), world.places, (bounds, traits) =>
    world.visitors.identify(site.id, bounds, traits, clock()),
  );
  const ordinals = countOrdinals(sources.length);
  const judgeLine = openLineJudge({ site, allHosts, clock, ordinals });
  const store = openBatchStore(world, {
    ...{ batchRows, flushEveryBatches },
    entriesOf: (made: readonly MadeHit[]) => entriesOf(made, site.id, clock()),
  });
  const takeView = openTaking({
    ...{ site, hits, store, receivedAtMs: clock() },
    days: openDays(world.idsOfDay, site.id),
    isErased: await erasedJudge(world, site),
  });
  const notTaken = Object.fromEntries(noHitReasons.map((reason) => [reason, 0])) as Record<
    NoHit,
    number
  >;
  const broken: BrokenLine[] = [];
  const problems: LogProblem[] = [];
  let lines = 0;

  async function takeBatch({ source, lines: texts, number, passedMs }: LogBatch): Promise<void> {
    ordinals.passed(passedMs);
    for (const [i, text] of texts.entries()) {
      const judged = judgeLine(text, source);
      const outcome = typeof judged === 'string' ? judged : await takeView(judged);
      if (outcome === 'taken') continue;
      notTaken[outcome]++;
      if (outcome === 'broken' && broken.length < brokenShown)
        broken.push({ source, number: number + i, text });
    }
    lines += texts.length;
  }

  try {
    for await (const batch of mergeLogs(sources, (problem) => problems.push(problem))) {
      await takeBatch(batch);
      onBatch({ lines, taken: store.count() });
    }
    await store.settle();
  } finally {
    await store.end();
  }
  return { lines, taken: store.count(), notTaken, broken, problems, days: store.days() };
}

type MadeHit = { readonly day: Day; readonly id: string; readonly hit: string };

/** Always late: the running day's own partition belongs to its server (`journal/arrivals.ts`). */
const entriesOf = (made: readonly MadeHit[], siteId: string, receivedAtMs: number): Entry[] =>
  made.map(({ day, id, hit }) => ({ siteId, day, late: true, receivedAtMs, id, hit }));

type Taking = {
  readonly site: Site;
  readonly hits: LogHits;
  readonly store: BatchStore<MadeHit>;
  readonly days: ImportDays;
  /** Undefined if the site has no erasure. */
  readonly isErased: ((hit: Hit) => boolean) | undefined;
  /** When the import began. */
  readonly receivedAtMs: number;
};

const judgeDay = judgeOf('too-old');

const judgeId = judgeOf('known');

const judgeHit = judgeOf('erased');

/** Takes pageviews of lines into the site's days, or says why one is left out. */
function openTaking({ site, hits, store, days, isErased, receivedAtMs }: Taking) {
  const candidate = { receivedAtMs };
  const { dayOf } = rulesOf(site);

  /** A day that was left before: what was taken of it must be stored before its ids are read. */
  async function idsOf(day: Day): Promise<IdSet> {
    if (days.returns(day)) await store.settle();
    return days.load(day);
  }

  return async (view: LogView): Promise<NoHit | 'taken'> => {
    const bounds: DayBounds = dayOf(view.line.timeMs);
    const { day } = bounds;
    const { id } = view;
    const tooOld = judgeDay({ site, bounds, late: true, candidate });
    if (tooOld !== undefined) return tooOld;
    const ids = days.known(day) ?? (await idsOf(day));
    const known = judgeId({ id, ids });
    if (known !== undefined) return known;
    ids.add(id);
    const made = hits.hitOf(view, bounds);
    const hit = typeof made === 'string' ? made : await made;
    const erased = judgeHit({ isErased, hit: () => JSON.parse(hit) as Hit });
    if (erased !== undefined) return erased;
    await store.add({ day, id, hit });
    return 'taken';
  };
}

async function erasedJudge(
  { home }: ImportWorld,
  { id }: Site,
): Promise<((hit: Hit) => boolean) | undefined> {
  const erasures = await readErasures(home, id);
  return erasures.length === 0 ? undefined : isErasedBy(erasures);
}

/** As the tracker of that site would say it. */
function hostnameOf({ domain }: Site): string {
  const url = readPageUrl(`https://${domain}/`, { hash: false });
  return 'error' in url ? '' : url.hostname;
}
