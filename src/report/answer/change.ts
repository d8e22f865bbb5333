import { type MetricName, metricOf, type SumName } from '../query/metrics.ts';

/**
 * The change from one value to another, as the format shows it: of a rate in points, else in whole
 * per cent, and 100 from nothing to something. Null if one of them is not known, or if the bounce
 * rate was 0: mostly because there were no visits.
 */
export function changeOf(
  name: MetricName | SumName,
  now: number | null,
  before: number | null,
): number | null {
  const { unit, noChangeFromZero } = metricOf(name);
  if (now === null || before === null || (noChangeFromZero && before === 0)) return null;
  if (unit === 'per cent') return Math.round((now - before) * 100) / 100;
  if (before === 0) return Math.sign(now) * 100;
  const change = ((now - before) * 100) / Math.abs(before);
  return Math.sign(change) * Math.round(Math.abs(change));
}
