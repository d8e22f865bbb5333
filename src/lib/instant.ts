import { Temporal } from 'temporal-polyfill';
import { firstYear, lastYear } from './site-days.ts';

/**
 * The instant that a text of ISO 8601 names with its offset (`2026-11-10T09:30:00+01:00`), in ms;
 * undefined of any other text, and of years that no site has days of.
 */
export function instantOf(text: string): number | undefined {
  let ms: number;
  try {
    ms = Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return undefined;
  }
  const year = Number(new Date(ms).toISOString().slice(0, 4)); // NaN for signed years
  return year >= firstYear && year <= lastYear ? ms : undefined;
}
