import type { Site } from '../../account/site.ts';
import type { Home } from '../../home/home.ts';
import { isErasedBy, readErasures } from '../../journal/erasures.ts';
import { type HitImport, type HitImportWorld, openHitImport } from '../../journal/import-hits.ts';
import type { Day } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { readPageUrl } from '../enrich/page-url.ts';
import type { Places } from '../enrich/place.ts';
import { judgeOf } from '../judge.ts';
import { rulesOf } from '../site-rules.ts';
import type { Visitors } from '../visitors.ts';
import { type NoHit, noHitReasons, openLineJudge } from './judge-line.ts';
import { type LogHits, type LogView, openLogHits } from './log-hit.ts';
import { type LogBatch, type LogProblem, type LogSource, mergeLogs } from './merge.ts';
import { countOrdinals } from './ordinals.ts';

/** What importing needs of the world around it. */
export type ImportWorld = HitImportWorld & {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly visitors: Visitors;
  readonly places: Places;
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

/** Logs go forward in time, but those of two servers may be a day apart. */
const daysInMemory = 4;

const batchRows = 2_000;

const flushEveryBatches = 10;

/**
 * Brings the pageviews of access logs into a site. The way of a line: parse it (`LogLine`,
 * `line.ts`), judge it (`LogView`, `judge-line.ts`), enrich it (the hit as JSON, `log-hit.ts`),
 * store it unless its day has it or it was erased (`journal/import-hits.ts`).
 *
 * Importing a line again changes nothing: its hit's id comes from what the line says and its
 * ordinal among equal lines (never from its address), and ids that its day has already are left
 * out. Rows are received now, not when the log says: a running server's mounts look for rows by
 * when they were received, and would not find rows from before what they have seen. So rows cannot
 * have the keys of an earlier import, and are found by their ids instead. Killed at any moment, it
 * can be run again.
 *
 * Rejects with fault `unavailable` when rows cannot be stored; those stored before stay.
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
  const judgeLine = openLineJudge({ site, places: world.places, allHosts, clock, ordinals });
  const into = openHitImport(world, site.id, {
    ...{ batchRows, daysInMemory, flushEveryBatches },
    isErased: await erasedOf(world, site),
  });
  const takeView = openTaking({ site, hits, into, beganMs: clock() });
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
      onBatch({ lines, taken: into.count() });
    }
    await into.settle();
  } finally {
    await into.end();
  }
  return { lines, taken: into.count(), notTaken, broken, problems, days: into.days() };
}

type Taking = {
  readonly site: Site;
  readonly hits: LogHits;
  readonly into: HitImport;
  readonly beganMs: number;
};

const judgeDay = judgeOf('too-old');

/** Takes pageviews of lines into the site's days, or says why one is left out. */
function openTaking({ site, hits, into, beganMs }: Taking) {
  const candidate = { receivedAtMs: beganMs };
  const { dayOf } = rulesOf(site);
  return (view: LogView): NoHit | Promise<NoHit | 'taken'> => {
    const bounds = dayOf(view.line.timeMs);
    const { day } = bounds;
    const tooOld = judgeDay({ site, bounds, late: true, candidate });
    return tooOld ?? into.take({ day, id: view.id }, () => hits.hitOf(view, bounds));
  };
}

async function erasedOf(
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
