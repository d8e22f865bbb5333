/**
 * Why an event did not get to Daybook. `full`: too many waited. `too-large`: it has over 16 KiB.
 * `refused`: Daybook refused the request that it was in, and would again. `ended`: there was no
 * time left when the process ended. `broken`: it is no JSON.
 */
export const lossReasons = ['full', 'too-large', 'refused', 'ended', 'broken'] as const;

export type LossReason = (typeof lossReasons)[number];

/** Events that were lost together. */
export type Loss = {
  readonly reason: LossReason;
  readonly count: number;
  /** What Daybook said, where it said something. */
  readonly message?: string | undefined;
};

/**
 * What became of events. All that were tracked are `waiting`, `accepted`, `dropped`, `invalid` or
 * `lost`.
 */
export type Counts = {
  readonly tracked: number;
  readonly waiting: number;
  /** Durable in Daybook. */
  readonly accepted: number;
  /** Left out by a rule of Daybook's or the site's, such as robots. */
  readonly dropped: number;
  /** Not as Daybook expects it. */
  readonly invalid: number;
  readonly lost: Readonly<Record<LossReason, number>>;
};
