/**
 * The alarm that guards data: a day's rows are deleted 30 days after they came, so the day must be
 * closed before. This file imports nothing of CDK, so that Daybook's tests can hold what the close
 * function says against it (test/entry/lambda/day-not-closed.test.ts).
 *
 * The smallest number of an hour decides. Each pass says how old the oldest unclosed day is when it
 * begins and when it ends: a pass that dies says only the first, and one that closes an imported
 * day of last year says 0 at its end.
 */
export const dayNotClosed = {
  namespace: 'Daybook',
  metricName: 'OldestUnclosedDayHours',
  dimension: 'Stack',
  statistic: 'Minimum',
  periodMinutes: 60,
  /** In alarm where the number is over this. */
  mostHours: 24,
} as const;
