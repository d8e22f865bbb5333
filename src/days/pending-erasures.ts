import { changesOf, touching } from '../journal/erasures.ts';
import type { ClosedDay } from '../ledger/manifest.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';

/**
 * Whether there are erasures that may not have been applied to a closed day, or were taken back
 * since. Their changes are counted, not
 * compared by their keys: clocks differ.
 */
export function mayNeedErasing(
  { erasures: known = 0, pruned }: Pick<ClosedDay, 'erasures' | 'pruned'>,
  erasures: readonly Erasure[],
  { zones }: { readonly zones: readonly ZoneSpan[] },
  day: Day,
): boolean {
  return (
    pruned === undefined && known < changesOf(erasures) && touching(erasures, zones, day).length > 0
  );
}

/** Whether erased hits of a closed day could be taken back until now, and are to be destroyed. */
export const isErasedDue = (
  { erasedUntilMs, pruned }: Pick<ClosedDay, 'erasedUntilMs' | 'pruned'>,
  nowMs: number,
): boolean => pruned === undefined && erasedUntilMs !== undefined && erasedUntilMs <= nowMs;
