import { claimDay } from '../journal/tries.ts';

import type { DayBounds } from '../lib/site-days.ts';
import { earlierTryMs, hitAgeMs, triesDifferMs } from '../model/times.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';
import { namedTime, timeInId } from './hit-time.ts';
import { hashedId } from './make-hit.ts';
import { isFrozen, type SiteRules } from './site-rules.ts';
import type { Tries } from './world.ts';

/**
 * Puts a hit on the day of its first try. An id is unique within its day only, and tries of one hit
 * may fall on both sides of a midnight. So a hit that has an id and says an age, or that comes near
 * midnight, is looked up in the other days that it may be of. Where there are such, it also claims
 * its day, for the tries that are under way. A hit whose time is taken at its word has one day.
 */
export async function onDayOfFirstTry(tries: Tries, draft: Draft): Promise<Draft> {
  const { candidate, site, rules, bounds } = draft;
  if (candidate.id === undefined || hasNamedTime(candidate)) return draft;
  const span = spanOf(draft);
  if (span.fromMs >= bounds.startMs && span.toMs < bounds.endMs) return draft;
  const days = daysOf(rules, span);
  const id = hashedId(candidate.id);
  const found = await findTry(tries, draft, days, id);
  const claim = {
    day: (found ?? bounds).day,
    among: days.map(({ day }) => day),
    nowMs: candidate.receivedAtMs,
  };
  const day = mayMeet(draft) ? await claimDay(tries, site.id, id, claim) : claim.day;
  const first = days.find((one) => one.day === day);
  return first === undefined || day === bounds.day ? draft : moved(draft, first);
}

function hasNamedTime(candidate: Candidate): boolean {
  if (candidate.atMs !== undefined) return true;
  return candidate.engagement === undefined && namedTime(candidate) !== undefined;
}

type Span = { readonly fromMs: number; readonly toMs: number };

/** When a hit may have happened, going by what another try of it may have said. */
function spanOf({ candidate: { receivedAtMs, engagement, ageMs }, timeMs }: Draft): Span {
  // The age of a view is said with every try.
  if (engagement !== undefined)
    return { fromMs: timeMs - triesDifferMs, toMs: timeMs + triesDifferMs };
  // A monotonic clock may have stood still while its machine slept.
  const backMs = ageMs === undefined ? triesDifferMs : hitAgeMs;
  return { fromMs: receivedAtMs - backMs, toMs: receivedAtMs + triesDifferMs };
}

/** Whether tries that are under way at the same moment may fall on different days. */
function mayMeet({ candidate, timeMs, bounds }: Draft): boolean {
  const { receivedAtMs, engagement, ageMs } = candidate;
  const isAged = engagement === undefined && ageMs !== undefined;
  const firstMs = isAged ? earliestMs(candidate, timeMs) - earlierTryMs : timeMs - triesDifferMs;
  const lastMs = engagement === undefined ? receivedAtMs : timeMs;
  return firstMs < bounds.startMs || lastMs + triesDifferMs >= bounds.endMs;
}

/** The days that a span touches, ascending. */
function daysOf({ dayOf }: SiteRules, { fromMs, toMs }: Span): DayBounds[] {
  const days = [dayOf(fromMs)];
  for (let last = days[0]!; last.endMs <= toMs; days.push(last)) last = dayOf(last.endMs);
  return days;
}

/** The other day that has an earlier try of a hit already. */
async function findTry(
  tries: Tries,
  { candidate, site, bounds, timeMs }: Draft,
  days: readonly DayBounds[],
  id: string,
): Promise<DayBounds | undefined> {
  // All tries of an engagement say the same age, and those near midnight have claimed their day.
  if (candidate.engagement !== undefined) return undefined;
  const nowMs = candidate.receivedAtMs;
  const fromMs = earliestMs(candidate, timeMs) - earlierTryMs;
  for (const other of days) {
    const isPossible = other.day !== bounds.day && other.startMs <= nowMs && other.endMs > fromMs;
    if (!isPossible) continue;
    const { day } = other;
    const has =
      tries.inFrozen !== undefined && isFrozen(other, nowMs)
        ? // What cannot be looked up now is counted where its age puts it.
          await tries.inFrozen({ site, day }, id).catch(() => false)
        : await tries.ownIds.has({
            ...{ siteId: site.id, day, id, nowMs },
            fromMs: Math.max(fromMs, other.startMs),
            // Those received later have claimed their day.
            untilMs: Math.min(nowMs, other.endMs - triesDifferMs),
          });
    if (has) return other;
  }
  return undefined;
}

/**
 * When the first try of a hit may have come, at the earliest. By the age it is when the hit
 * happened; the machine may have slept since, and then the time in its id is a hint.
 */
function earliestMs({ id, ageMs, receivedAtMs }: Candidate, timeMs: number): number {
  if (ageMs === undefined) return receivedAtMs - triesDifferMs;
  const hintMs = timeInId(id!) ?? 0;
  return Math.min(timeMs, Math.max(hintMs, receivedAtMs - hitAgeMs));
}

/** A hit that happened outside its first try's day, by its age, stands at that day's edge. */
function moved(draft: Draft, bounds: DayBounds): Draft {
  const { receivedAtMs } = draft.candidate;
  return {
    ...draft,
    bounds,
    timeMs: Math.min(Math.max(draft.timeMs, bounds.startMs), bounds.endMs - 1),
    late: receivedAtMs < bounds.startMs || receivedAtMs >= bounds.endMs,
  };
}
