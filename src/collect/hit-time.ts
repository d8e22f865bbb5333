import { clockSkewMs, hitAgeMs } from '../model/times.ts';
import type { Candidate } from './candidate.ts';

/**
 * When a hit happened, in ms. A browser's clock decides nothing: a hit happened when it came, less
 * the age that it says, 24 hours at most. So an engagement stands at the time of its pageview. Only
 * from a sender with a key, the time in a UUIDv7 (RFC 9562) of the last 24 hours is the hit's, and
 * so is the time that it gives the hit, however long ago.
 */
export function hitTime(candidate: Candidate): number {
  const { receivedAtMs, atMs = receivedAtMs, engagement, ageMs = 0 } = candidate;
  // An engagement belongs to its pageview's day, whenever it comes.
  if (engagement !== undefined) return Math.min(atMs, receivedAtMs) - engagement.viewAgeMs;
  return namedTime(candidate) ?? receivedAtMs - Math.min(ageMs, hitAgeMs);
}

/**
 * The time in a hit's id, where it is taken at its word: at the latest, when the hit came.
 */
export function namedTime({ id, hasKey, receivedAtMs, atMs }: Candidate): number | undefined {
  if (atMs !== undefined) return Math.min(atMs, receivedAtMs);
  const ms = hasKey && id !== undefined ? uuidTime(id) : undefined;
  if (ms === undefined || ms > receivedAtMs + clockSkewMs || ms < receivedAtMs - hitAgeMs)
    return undefined;
  return Math.min(ms, receivedAtMs);
}

/** The time in a UUIDv7, or in an id of our own tracker, in ms. */
export const timeInId = (id: string): number | undefined =>
  /^0[0-9a-f]{11}\.\d/.test(id) ? Number.parseInt(id.slice(0, 12), 16) : uuidTime(id);

/** The time in a UUIDv7, in ms. */
function uuidTime(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
}
