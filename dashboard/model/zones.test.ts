import { expect, test } from 'vitest';
import { isZone } from '../../src/lib/site-days.ts';
import { presentName, presentZones } from './zones.ts';

test.each([
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['toString', 'toString'],
])('%s is called %s', (zone, name) => {
  expect(presentName(zone)).toBe(name);
});

test('zones are offered once, by the names they have today, and the server takes them all', () => {
  const zones = presentZones('Asia/Kolkata');
  expect(zones).toEqual([...new Set(zones)].sort());
  expect(zones).toEqual(
    expect.arrayContaining(['UTC', 'Asia/Kolkata', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh']),
  );
  expect(
    zones.filter((zone) => ['Asia/Calcutta', 'Europe/Kiev', 'Asia/Saigon'].includes(zone)),
  ).toEqual([]);
  expect(zones.filter((zone) => !isZone(zone))).toEqual([]);
});
