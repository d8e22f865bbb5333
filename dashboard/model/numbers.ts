const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const twoDecimals = new Intl.NumberFormat('en', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function showCount(value: number): string {
  return whole.format(value);
}

export function showDecimal(value: number): string {
  return twoDecimals.format(value);
}

/** Per cent as the API gives it: 41 is 41%. A share below 1% is not shown as 0%. */
export function showPercent(value: number): string {
  if (value > 0 && value < 0.5) return '<1%';
  return `${whole.format(value)}%`;
}

/** Seconds as `48s`, `2m 48s`, `1h 4m`. */
export function showDuration(seconds: number): string {
  const all = Math.round(seconds);
  if (all < 60) return `${all}s`;
  if (all < 3_600) return `${Math.floor(all / 60)}m ${all % 60}s`;
  return `${Math.floor(all / 3_600)}h ${Math.floor((all % 3_600) / 60)}m`;
}

/** A short number, for axes and small places: `2.4k`. */
export function showShort(value: number): string {
  return compact.format(value).replace('K', 'k');
}
