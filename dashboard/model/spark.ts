export type SparkPaths = {
  /** What is over; no path where nothing is known. */
  readonly over: string;
  /** From there to the value that is not over yet. */
  readonly running: string;
};

/** Half of the rule that a value without neighbours is drawn as: a dot would be a speck. */
const half = 3;

/**
 * Narrower steps have no room for a dotted line, and would end in a speck: there what is not over
 * is left out.
 */
const dottedFrom = 8;

/**
 * The line through values, from 0 at the bottom to the greatest at the top; unknown ones are gaps.
 * What begins at `partial` is not over.
 */
export function sparkPaths(
  values: readonly (number | null)[],
  partial: number | undefined,
  width: number,
  height: number,
): SparkPaths {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  const step = width / Math.max(values.length - 1, 1);
  const x = (i: number) => (values.length === 1 ? width / 2 : i * step);
  const y = (value: number) => height - 1 - (most === 0 ? 0 : (value / most) * (height - 2));
  const point = (i: number) => `${round(x(i))} ${round(y(values[i]!))}`;
  const end = partial ?? values.length;
  const known = (i: number) => i >= 0 && i < end && (values[i] ?? null) !== null;

  let over = '';
  for (let i = 0; i < end; i++) {
    if (!known(i)) continue;
    if (known(i - 1)) over += `L${point(i)}`;
    else if (known(i + 1)) over += `M${point(i)}`;
    else {
      const from = Math.min(Math.max(x(i) - half, 0), width - 2 * half);
      over += `M${round(from)} ${round(y(values[i]!))}h${2 * half}`;
    }
  }
  const runs = step >= dottedFrom && partial !== undefined && (values[partial] ?? null) !== null;
  return {
    over,
    running: runs && known(partial - 1) ? `M${point(partial - 1)}L${point(partial)}` : '',
  };
}

const round = (value: number) => Math.round(value * 10) / 10;
