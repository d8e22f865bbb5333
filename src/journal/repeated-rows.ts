import { repeatedForMs } from '../model/times.ts';
import type { Entry } from './append.ts';

/**
 * Rows that are one and the same: a site's sender named the same id twice in one millisecond. Such
 * a hit is stored, and counted, once. Ids that we draw ourselves never meet.
 */
export type RepeatedRows = {
  /** Whether a row that was stored is the first with its key. */
  isFirst(entry: Pick<Entry, 'siteId' | 'day' | 'receivedAtMs' | 'id'>): boolean;
};

export function openRepeatedRows(): RepeatedRows {
  // By when they were received; stamps hardly ever fall.
  const known = new Map<number, Set<string>>();
  return {
    isFirst({ siteId, day, receivedAtMs, id }) {
      const key = `${siteId}/${day}/${id}`;
      const ids = known.get(receivedAtMs);
      if (ids?.has(key)) return false;
      if (ids !== undefined) {
        ids.add(key);
        return true;
      }
      known.set(receivedAtMs, new Set([key]));
      for (const stamp of known.keys()) {
        if (stamp >= receivedAtMs - repeatedForMs) break;
        known.delete(stamp);
      }
      return true;
    },
  };
}
