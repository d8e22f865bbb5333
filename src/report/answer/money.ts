/**
 * An amount as the format shows it: `value` a number, `short` (`$1.2K`) and `long` (`$1,234.50`)
 * texts in English.
 */
export type Money = {
  readonly value: number;
  readonly currency: string;
  readonly short: string;
  readonly long: string;
};

type Decimal = `${number}`;

/**
 * Of thousandths of a currency (an ISO 4217 code). The texts are made of the exact decimal, not of
 * `value`.
 */
export function moneyOf(thousandths: bigint, currency: string): Money {
  const digits = String(thousandths < 0n ? -thousandths : thousandths).padStart(4, '0');
  const decimal =
    `${thousandths < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}` as Decimal;
  const format = (more: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat('en-US', { style: 'currency', currency, ...more }).format(decimal);
  return {
    value: Number(decimal),
    currency,
    short: format({ notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }),
    long: format({}),
  };
}
