/** The path of a line through values, from 0 at the bottom to the greatest at the top; unknown ones are gaps. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  if (values.length < 2 || most === 0) return `M0 ${height - 1}H${width}`;
  return values
    .map((value, i) => {
      if (value === null) return '';
      const x = round((i / (values.length - 1)) * width);
      const y = round(height - 1 - (value / most) * (height - 2));
      // A line of no length, after a gap, is a dot.
      return (values[i - 1] ?? null) === null ? `M${x} ${y}h0` : `L${x} ${y}`;
    })
    .join('');
}

const round = (value: number) => Math.round(value * 10) / 10;
