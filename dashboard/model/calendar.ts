/** A calendar day, `YYYY-MM-DD`; compares as text. */
export type Day = string;

const dayMs = 86_400_000;

const utc = (day: Day) => Date.parse(`${day}T00:00:00Z`);
const ofUtc = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && ofUtc(utc(text)) === text;
}

export function addDays(day: Day, days: number): Day {
  return ofUtc(utc(day) + days * dayMs);
}

/** Days from `from` to `to`, both included. */
export function countDays(from: Day, to: Day): number {
  return Math.round((utc(to) - utc(from)) / dayMs) + 1;
}

export function monthStart(day: Day): Day {
  return `${day.slice(0, 8)}01`;
}

/** The same day some months later or earlier, or that month's last day where it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const lastDate = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return ofUtc(Date.UTC(year, month - 1 + months, Math.min(date, lastDate)));
}

/** The date and time in a time zone (an IANA name): `2026-11-22 14:05:09`. */
export function localTime(ms: number, zone: string): string {
  const parts = formatterOf(zone).formatToParts(ms);
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  return `${date} ${part('hour')}:${part('minute')}:${part('second')}`;
}

export function dayAt(ms: number, zone: string): Day {
  return localTime(ms, zone).slice(0, 10);
}

/** A moment on a zone's clock, `YYYY-MM-DDTHH:MM`; compares as text. */
export type Time = string;

export const isTime = (text: string): boolean =>
  isDay(text.slice(0, 10)) && /^T([01]\d|2[0-3]):[0-5]\d$/.test(text.slice(10));

export const timeAt = (ms: number, zone: string): Time =>
  localTime(ms, zone).slice(0, 16).replace(' ', 'T');

/** The instant at which a day begins in a time zone. */
export const startOf = (day: Day, zone: string): number => instantOf(`${day}T00:00`, zone);

/**
 * The instant of a moment on a zone's clock. Where the clock skips it, it may be wrong by up to the
 * skipped hour.
 */
export function instantOf(time: Time, zone: string): number {
  const wanted = Date.parse(`${time}Z`);
  let ms = wanted;
  // The offset at a guess gives the next guess; two rounds are enough for every zone.
  for (let round = 0; round < 2; round++) {
    const shown = Date.parse(`${localTime(ms, zone).replace(' ', 'T')}Z`);
    ms += wanted - shown;
  }
  return ms;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
