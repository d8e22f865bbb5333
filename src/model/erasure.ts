/**
 * Hits that a site's owner wants erased: those that meet all conditions given here. It is kept for
 * ever and applied to every row of its time whenever a day is mounted or closed, so an erased hit
 * does not come back with a retry. It does not concern hits that happened after it was made.
 */
export type Erasure = {
  readonly madeMs: number;
  /**
   * When what it means is destroyed: until then it can be taken back. Where it does not say, at
   * once.
   */
  readonly destroyMs?: number;
  /** It was taken back then, and means nothing any more. */
  readonly takenBackMs?: number;
  /** The first instant that is meant. */
  readonly fromMs?: number;
  /** The first instant that is no longer meant. */
  readonly toMs?: number;
  /** `*` matches anything within a segment, `**` anything; one of them is enough. */
  readonly pages?: readonly string[];
  readonly hostname?: string;
  /** Those of one of these visitors: 16 hex digits each. */
  readonly visitors?: readonly string[];
  /** Hits that have the property, or have it with this value. */
  readonly prop?: { readonly name: string; readonly value?: string };
};
