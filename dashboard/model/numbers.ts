import { intl, numberTexts } from '../texts/texts.ts';

const formatOf = (style: Intl.NumberFormatOptions) => new Intl.NumberFormat(intl.numbers, style);

const whole = formatOf({ maximumFractionDigits: 0 });
const twoDecimals = formatOf({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = formatOf({ style: 'percent', maximumFractionDigits: 0 });
const compact = formatOf({ notation: 'compact', maximumFractionDigits: 1 });

export function showCount(value: number): string {
  return whole.format(value);
}

export function showDecimal(value: number): string {
  return twoDecimals.format(value);
}

/** Per cent as the API gives it: 41 is 41%. A share below 1% is not shown as 0%. */
export function showPercent(value: number): string {
  if (value > 0 && value < 0.5) return numberTexts.underOne(percent.format(0.01));
  return percent.format(value / 100);
}

/** Seconds as `48s`, `2m 48s`, `1h 4m`. */
export function showDuration(seconds: number): string {
  const all = Math.round(seconds);
  if (all < 60) return numberTexts.seconds(all);
  if (all < 3_600) return numberTexts.minutes(Math.floor(all / 60), all % 60);
  return numberTexts.hours(Math.floor(all / 3_600), Math.floor((all % 3_600) / 60));
}

/** A short number, for axes and small places: `2.4k`. */
export function showShort(value: number): string {
  return numberTexts.compact(compact.format(value));
}

/** `€29.00`. */
export const showMoney = (amount: number, currency: string): string =>
  formatOf({ style: 'currency', currency }).format(amount);
