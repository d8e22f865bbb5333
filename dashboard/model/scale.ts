/** A value axis: from 0 to `max`, with a line at each of `ticks`. */
export type Scale = { readonly max: number; readonly ticks: readonly number[] };

const lines = 4;

/** The steps of an axis, times a power of ten. */
const digits = [1, 2, 2.5, 4, 5, 8];
/** The steps of an axis in seconds. */
const seconds = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600];

/**
 * At most four equal steps, from 0 to `most` or more. Counts have whole steps, seconds the steps of
 * a clock.
 */
export function scaleFor(
  most: number,
  unit: 'count' | 'seconds' | 'percent' | 'ratio' | 'money',
): Scale {
  if (unit === 'percent') return upTo(most > 50 ? 25 : most > 20 ? 20 : 10, most);
  if (!(most > 0)) return { max: 1, ticks: [0, 1] };
  const least = most / lines;
  if (unit === 'seconds') {
    const step = seconds.find((each) => each >= least) ?? Math.ceil(least / 3_600) * 3_600;
    return upTo(step, most);
  }
  const power = 10 ** Math.floor(Math.log10(least));
  const step = digits.map((digit) => digit * power).find((each) => each >= least) ?? 10 * power;
  return upTo(unit === 'count' ? Math.max(1, Math.ceil(step)) : step, most);
}

function upTo(step: number, most: number): Scale {
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}
