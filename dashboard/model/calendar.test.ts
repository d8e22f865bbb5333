import { describe, expect, test } from 'vitest';
import { addDays, addMonths, countDays, dayAt, isDay, localTime, startOf } from './calendar.ts';

test.each([
  ['2026-02-28', 1, '2026-03-01'],
  ['2024-02-28', 1, '2024-02-29'],
  ['2026-01-01', -1, '2025-12-31'],
])('addDays %s %d', (day, days, expected) => {
  expect(addDays(day, days)).toBe(expected);
});

test.each([
  ['2026-03-31', -1, '2026-02-28'],
  ['2026-01-15', -1, '2025-12-15'],
  ['2026-11-22', -12, '2025-11-22'],
  ['2024-02-29', -12, '2023-02-28'],
])('addMonths %s %d', (day, months, expected) => {
  expect(addMonths(day, months)).toBe(expected);
});

test.each([
  ['2026-11-01', '2026-11-01', 1],
  ['2026-10-24', '2026-11-22', 30],
  ['2024-02-01', '2024-03-01', 30],
])('countDays %s to %s', (from, to, days) => {
  expect(countDays(from, to)).toBe(days);
});

test.each(['2026-02-30', '2026-1-1', 'today', '2026-13-01', ''])('%j is no day', (text) => {
  expect(isDay(text)).toBe(false);
});

describe('in a time zone', () => {
  const ms = Date.parse('2026-11-22T20:30:00Z');
  test.each([
    ['UTC', '2026-11-22 20:30:00'],
    ['Europe/Berlin', '2026-11-22 21:30:00'],
    ['Asia/Kolkata', '2026-11-23 02:00:00'],
    ['Pacific/Apia', '2026-11-23 09:30:00'],
  ])('%s', (zone, expected) => {
    expect(localTime(ms, zone)).toBe(expected);
    expect(dayAt(ms, zone)).toBe(expected.slice(0, 10));
  });

  test.each([
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00Z'],
    ['2026-11-22', 'Asia/Kathmandu', '2026-11-21T18:15:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z'],
  ])('%s begins in %s', (day, zone, expected) => {
    expect(new Date(startOf(day, zone)).toISOString()).toBe(expected.replace('Z', '.000Z'));
  });
});
