/**
 * Hits that a site's owner wants gone: those that meet all that is said here. It stands for good
 * and judges every row of its time whenever a day is mounted or closed, so what is erased does not
 * come back with a retry. A hit that happened after it was made is not judged.
 */
export type Erasure = {
  readonly madeMs: number;
  /** The first instant that is meant. */
  readonly fromMs?: number;
  /** The first instant that is no longer meant. */
  readonly toMs?: number;
  /** `*` matches anything within a segment, `**` anything; one of them is enough. */
  readonly pages?: readonly string[];
  readonly hostname?: string;
  /** Hits that have the property, or have it with this value. */
  readonly prop?: { readonly name: string; readonly value?: string };
};
