import { describe, expect, test } from 'vitest';
import { hourMs } from './clock.ts';
import { changeZone, dayEnd, dayStart, zonesFrom } from './site-days.ts';
import { hourOf, hoursOf, offsetSpans } from './site-hours.ts';

const at = (text: string) => Date.parse(text);
const from = (zone: string) => zonesFrom(zone, at('2020-01-01T00:00:00Z'));
const whole = (zones: ReturnType<typeof from>, day: string) =>
  hoursOf(zones, day, dayStart(zones, day), dayEnd(zones, day));
const allBut = (...missing: number[]) =>
  [...Array(24).keys()].filter((hour) => !missing.includes(hour));

describe('the hours of a day', () => {
  test.each([
    ['UTC', '2026-11-22', 1, allBut()],
    ['Asia/Kolkata', '2026-11-22', 1, allBut()],
    ['Europe/Berlin', '2026-03-29', 2, allBut(2)],
    ['Europe/Berlin', '2026-10-25', 2, allBut()],
    ['Australia/Lord_Howe', '2026-04-05', 2, allBut()],
    ['America/Santiago', '2026-09-06', 1, allBut(0)],
  ])('%s on %s: %d stretches', (zone, day, stretches, hours) => {
    expect(offsetSpans(from(zone), day)).toHaveLength(stretches);
    expect(whole(from(zone), day)).toEqual(hours);
  });

  test.each([
    ['Europe/Berlin', '2026-10-25', '2026-10-25T00:30:00Z', 2], // the first time it shows two
    ['Europe/Berlin', '2026-10-25', '2026-10-25T01:30:00Z', 2], // the second time
    ['Europe/Berlin', '2026-10-25', '2026-10-25T02:00:00Z', 3],
    ['Europe/Berlin', '2026-03-29', '2026-03-29T01:00:00Z', 3],
    ['Asia/Kolkata', '2026-11-22', '2026-11-21T18:30:00Z', 0],
    ['Asia/Kolkata', '2026-11-22', '2026-11-21T19:29:59.999Z', 0],
    ['Asia/Kolkata', '2026-11-22', '2026-11-21T19:30:00Z', 1],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T15:15:00Z', 1], // half an hour is shown twice
  ])('%s, %s, at %s it is %d o’clock', (zone, day, instant, hour) => {
    expect(hourOf(offsetSpans(from(zone), day), day, at(instant))).toBe(hour);
  });

  test('time that a changed zone adds belongs to the last hour; a shorter day begins later', () => {
    const now = at('2026-11-22T12:00:00Z');
    const west = changeZone(from('UTC'), 'America/Los_Angeles', now);
    expect(whole(west, '2026-11-22')).toEqual(allBut());
    expect(
      hourOf(offsetSpans(west, '2026-11-22'), '2026-11-22', dayEnd(west, '2026-11-22') - hourMs),
    ).toBe(23);
    const east = changeZone(from('UTC'), 'Asia/Tokyo', now);
    expect(whole(east, '2026-11-23')).toEqual(allBut(0, 1, 2, 3, 4, 5, 6, 7, 8));
  });

  test('part of a day', () => {
    const utc = from('UTC');
    expect(
      hoursOf(utc, '2026-11-22', at('2026-11-22T10:30:00Z'), at('2026-11-22T12:00:00Z')),
    ).toEqual([10, 11]);
    expect(
      hoursOf(utc, '2026-11-22', at('2026-11-22T10:30:00Z'), at('2026-11-22T12:00:00.001Z')),
    ).toEqual([10, 11, 12]);
  });
});
