export type SparkPaths = {
  /** The line of what has ended; empty where no value is known. */
  readonly over: string;
  /** The line from there to the value that has not ended yet. */
  readonly running: string;
};

/** Half the length of the short line for a value without neighbours: a dot would look like dirt. */
const half = 3;

/**
 * The narrowest step that has room for a dotted line. With narrower steps, the value that has not
 * ended is left out.
 */
const dottedFrom = 8;

/**
 * The line through the values, from 0 at the bottom to the greatest at the top; unknown values are
 * gaps. The value at `partial` has not ended yet.
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
