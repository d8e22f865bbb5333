import { erasuresOf } from '../journal/erasures.ts';
import type { ClosedDay } from '../ledger/manifest.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';

/**
 * Whether there are erasures that may not have been applied to a closed day. They are counted, not
 * compared by their keys: clocks differ.
 */
export function mayNeedErasing(
  { erasures: known = 0, pruned }: Pick<ClosedDay, 'erasures' | 'pruned'>,
  erasures: readonly Erasure[],
  { zones }: { readonly zones: readonly ZoneSpan[] },
  day: Day,
): boolean {
  return (
    pruned === undefined && known < erasures.length && erasuresOf(erasures, zones, day).length > 0
  );
}
