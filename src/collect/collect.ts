import type { Site } from '../account/site.ts';
import type { Entry } from '../journal/append.ts';
import { noSite } from '../journal/books.ts';
import { storeHits } from '../journal/store-hits.ts';
import type { Candidate } from './candidate.ts';
import { type Draft, draftOf } from './draft.ts';
import { type Drop, drop, isDrop } from './drop.ts';
import { onDayOfFirstTry } from './first-try.ts';
import { judgeOf } from './judge.ts';
import { entryOf } from './make-hit.ts';
import type { CollectWorld, Kept } from './world.ts';

/** What a request's hit may be dropped for; `judge.ts` has the tests, and their order. */
const judge = judgeOf(
  ...(['bot', 'identify', 'performance'] as const),
  ...(['opted-out', 'excluded-ip', 'excluded-page', 'hostname'] as const),
  ...(['excluded-country', 'excluded-network', 'spam-referrer', 'too-late', 'too-old'] as const),
);

/**
 * Takes candidates in: each is dropped with a reason, or durable when this resolves. The way of
 * each, which a dialect has parsed (`Candidate`): find its site and day (`Draft`, `draft.ts`),
 * judge it (`judge.ts`), find the day of its first try (`first-try.ts`), enrich it (`Entry`,
 * `make-hit.ts`), store it.
 * Rejects with fault `unavailable` if they could not be stored: then none is acknowledged, and
 * sending them again with their ids is safe.
 */
export async function collect(
  world: CollectWorld,
  candidates: readonly Candidate[],
): Promise<readonly (Kept | Drop)[]> {
  const outcomes: (Kept | Drop)[] = [];
  const entries: Entry[] = [];
  const named = new Set<Entry>();
  const isNew = onceEach();
  for (const candidate of candidates) {
    const draft = await draftOf(world, candidate);
    const judged = isDrop(draft) ? draft : await judgeOnDay(world, draft);
    if (isDrop(judged)) {
      noteDrop(world, candidate, draft, judged);
      outcomes.push(judged);
    } else {
      const entry = await entryOf(world, judged);
      if (candidate.id === undefined) entries.push(entry);
      else if (isNew(entry)) {
        entries.push(entry);
        named.add(entry);
      }
      if (candidate.leftOut === 'revenue') world.dropLog.log(candidate, 'invalid-revenue');
      outcomes.push({ id: entry.id });
    }
  }
  await storeHits(world, entries, (entry) => !named.has(entry) || world.repeated.isFirst(entry));
  return outcomes;
}

/**
 * Of two hits of one day that came together with one id the first counts: the rows of both would
 * have one key.
 */
function onceEach(): (entry: Entry) => boolean {
  const keys = new Set<string>();
  return ({ siteId, day, id }) => keys.size < keys.add(`${siteId}/${day}/${id}`).size;
}

/** Judges a hit; once more if it belongs to another day, where an earlier try of it is. */
async function judgeOnDay({ tries }: CollectWorld, draft: Draft): Promise<Draft | Drop> {
  const reason = judge(draft);
  if (reason !== undefined) return drop(reason);
  const onDay = await onDayOfFirstTry(tries, draft);
  const again = onDay === draft ? undefined : judge(onDay);
  return again === undefined ? onDay : drop(again);
}

/** A candidate that names its site by its domain, whatever name it came with. */
const onSite = (candidate: Candidate, { domain }: Site): Candidate => ({ ...candidate, domain });

/** Counts a drop in the books: of its site-day, or of no site, on a day of UTC. */
function noteDrop(
  { dropLog, books }: CollectWorld,
  candidate: Candidate,
  draft: Draft | Drop,
  { dropped }: Drop,
): void {
  const counter = `dropped:${dropped}` as const;
  if (isDrop(draft)) {
    dropLog.log(candidate, dropped);
    books.count(noSite, utcDay(candidate.receivedAtMs), counter);
  } else {
    dropLog.log(onSite(candidate, draft.site), dropped);
    books.count(draft.site.id, draft.bounds.day, counter);
  }
}

function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
