import type { DropReason } from '../model/drop-reasons.ts';

/** A hit that is not kept, as a value. */
export type Drop = { readonly dropped: DropReason };

export function drop(reason: DropReason): Drop {
  return { dropped: reason };
}

export function isDrop(value: object): value is Drop {
  return 'dropped' in value;
}
