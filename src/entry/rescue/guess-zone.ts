import { Temporal } from 'temporal-polyfill';

type Offset = readonly [ms: number, offsetS: number];

/**
 * A time zone that had these offsets at these instants: the machine's own, UTC, or the first of
 * all. Undefined where none had, or nothing is known.
 */
export function guessZone(offsets: readonly Offset[]): string | undefined {
  if (offsets.length === 0) return undefined;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [own, 'UTC', ...Intl.supportedValuesOf('timeZone')];
  return zones.find((zone) => offsets.every(([ms, offsetS]) => offsetIn(zone, ms) === offsetS));
}

const offsetIn = (zone: string, ms: number) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;
