import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hourMs } from './clock.ts';
import {
  addDays,
  changeZone,
  dayBounds,
  dayEnd,
  dayStart,
  isDay,
  isZone,
  weekdayOf,
  zonesFrom,
} from './site-days.ts';

const at = (text: string) => Date.parse(text);

describe('a day in one zone', () => {
  test.each([
    ['UTC', '2026-11-22T12:00:00Z', '2026-11-22', 24],
    ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25', 25],
    ['Asia/Kolkata', '2026-11-22T18:29:59.999Z', '2026-11-22', 24],
    ['Asia/Kolkata', '2026-11-22T18:30:00Z', '2026-11-23', 24],
    ['America/St_Johns', '2026-03-08T12:00:00Z', '2026-03-08', 23],
    ['Australia/Lord_Howe', '2026-04-05T12:00:00Z', '2026-04-05', 24.5],
    // Clocks jump over midnight itself: the day begins at 01:00.
    ['America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06', 23],
  ])('%s at %s is %s, of %d hours', (zone, instant, day, hours) => {
    const bounds = dayBounds(zonesFrom(zone, at('2020-01-01T00:00:00Z')), at(instant));
    expect(bounds.day).toBe(day);
    expect((bounds.endMs - bounds.startMs) / hourMs).toBe(hours);
    expect(bounds.startMs).toBeLessThanOrEqual(at(instant));
    expect(bounds.endMs).toBeGreaterThan(at(instant));
  });
});

describe('a changed time zone starts with the next day', () => {
  const now = at('2026-11-22T12:00:00Z');

  test.each([
    ['UTC', 'America/Los_Angeles', 32], // behind: the day lasts until it ends in Los Angeles too
    ['UTC', 'Asia/Tokyo', 24], // ahead: the next day is shorter
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 49],
    ['Pacific/Pago_Pago', 'Pacific/Kiritimati', 24],
  ])('%s to %s: the present day has %d hours', (from, to, hours) => {
    const zones = changeZone(zonesFrom(from, now), to, now);
    const { startMs, endMs } = dayBounds(zones, now);
    expect((endMs - startMs) / hourMs).toBe(hours);
  });

  test('a change not yet begun is replaced; changing back leaves no trace', () => {
    const utc = zonesFrom('UTC', now);
    const tokyo = changeZone(utc, 'Asia/Tokyo', now);
    expect(changeZone(tokyo, 'Europe/Berlin', now)).toEqual(changeZone(utc, 'Europe/Berlin', now));
    expect(changeZone(tokyo, 'UTC', now)).toEqual(utc);
  });

  const zone = fc.constantFrom(
    'UTC',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'Europe/Berlin',
    'Asia/Kolkata',
    'America/New_York',
    'Pacific/Chatham',
  );

  test('with any changes, every instant is in exactly one day, and days follow each other', () => {
    fc.assert(
      fc.property(
        zone,
        fc.array(fc.tuple(zone, fc.integer({ min: 0, max: 60 * 24 * 3 })), { maxLength: 4 }),
        fc.integer({ min: -3000, max: 3000 }),
        (first, changes, probeHours) => {
          let clock = now;
          let zones = zonesFrom(first, clock);
          for (const [next, afterMinutes] of changes) {
            clock += afterMinutes * 60_000;
            const before = dayBounds(zones, clock);
            zones = changeZone(zones, next, clock);
            expect(dayBounds(zones, clock).day).toBe(before.day);
            expect(dayStart(zones, before.day)).toBe(before.startMs);
          }
          const probe = now + probeHours * hourMs;
          const { day, startMs, endMs } = dayBounds(zones, probe);
          expect(startMs).toBeLessThanOrEqual(probe);
          expect(endMs).toBeGreaterThan(probe);
          expect(dayBounds(zones, startMs).day).toBe(day);
          expect(dayBounds(zones, endMs - 1).day).toBe(day);
          expect(dayBounds(zones, endMs).day > day).toBe(true);
          expect(dayBounds(zones, endMs).startMs).toBe(endMs);
          expect(dayEnd(zones, day)).toBe(endMs);
        },
      ),
      { numRuns: 400 },
    );
  });
});

test.each([
  ['2026-02-28', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['26-01-01', false],
  ['2026-1-1', false],
])('isDay(%s) is %s', (text, real) => expect(isDay(text)).toBe(real));

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Mars/Olympus', false],
  ['+02:00', false],
  ['', false],
  ['IST', false],
  ['PST', false],
  ['JST', false],
])('isZone(%s) is %s', (zone, known) => expect(isZone(zone)).toBe(known));

test('addDays crosses months and years', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
  expect(addDays('2025-11-22', 365)).toBe('2026-11-22');
});

test.each([
  ['2026-11-23', 1],
  ['2026-11-28', 6],
  ['2026-11-29', 7],
])('%s is day %i of its week', (day, weekday) => expect(weekdayOf(day)).toBe(weekday));
