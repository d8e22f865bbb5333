import type { Entry } from '../journal/append.ts';
import { noSite } from '../journal/books.ts';
import type { Candidate } from './candidate.ts';
import { type Drop, isDrop } from './drop.ts';
import { draftOf, runSteps } from './judge.ts';
import { entryOf } from './make-hit.ts';
import type { CollectWorld, Kept } from './world.ts';

/**
 * Takes candidates in: each is dropped with a reason, or durable when this resolves. Rejects with
 * fault `unavailable` when they could not be stored; none is acknowledged then, and sending them
 * again with their ids is safe.
 */
export async function collect(
  world: CollectWorld,
  candidates: readonly Candidate[],
): Promise<readonly (Kept | Drop)[]> {
  const outcomes: (Kept | Drop)[] = [];
  const entries: Entry[] = [];
  const named = new Set<Entry>();
  for (const candidate of candidates) {
    const draft = await draftOf(world, candidate);
    const passed = isDrop(draft) ? draft : runSteps(draft);
    if (isDrop(passed)) {
      world.dropLog.log(candidate, passed.dropped);
      const site = isDrop(draft) ? noSite : draft.site.id;
      world.books.count(
        site,
        isDrop(draft) ? utcDay(candidate.receivedAtMs) : draft.bounds.day,
        `dropped:${passed.dropped}`,
      );
      outcomes.push(passed);
    } else {
      const entry = await entryOf(world, passed);
      entries.push(entry);
      if (candidate.id !== undefined) named.add(entry);
      outcomes.push({ id: entry.id });
    }
  }
  if (entries.length > 0) {
    await world.appender.append(entries);
    for (const entry of entries) {
      if (!named.has(entry) || world.repeated.isFirst(entry))
        world.books.count(entry.siteId, entry.day, 'stored');
    }
  }
  return outcomes;
}

function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
