/** The path of a line through values, from 0 at the bottom to the greatest at the top; unknown ones are passed over. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  if (values.length < 2 || most === 0) return `M0 ${height - 1}H${width}`;
  const points = values.flatMap((value, i) => {
    if (value === null) return [];
    const x = (i / (values.length - 1)) * width;
    const y = height - 1 - (value / most) * (height - 2);
    return [`${round(x)} ${round(y)}`];
  });
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
