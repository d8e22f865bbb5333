import { expect, test } from 'vitest';
import type { Interval } from '../api/types.ts';
import { showBucket, showDays, showPeriod, showTick } from './dates.ts';

/** Between two days `Intl` has narrow spaces, or none: not each version the same. */
const plain = (text: string) =>
  text.replace(/[\u2009\u202f]/g, ' ').replace(/^(\d+) – (\d+ \w+)$/, '$1–$2');

test.each([
  ['2026-11-22', '2026-11-22', '22 Nov'],
  ['2026-11-01', '2026-11-22', '1–22 Nov'],
  ['2026-10-24', '2026-11-22', '24 Oct – 22 Nov'],
  ['2025-11-22', '2025-11-22', '22 Nov 2025'],
  ['2025-01-01', '2025-02-01', '1 Jan – 1 Feb 2025'],
  ['2025-12-31', '2026-01-01', '31 Dec 2025 – 1 Jan 2026'],
])('%s to %s', (from, to, text) => {
  expect(plain(showDays(from, to, '2026-11-22'))).toBe(text);
});

test.each<[number, number, string]>([
  [9, 17, '22 Nov, 10:00–18:00'],
  [22, 24, '22 Nov, 23:00 – 23 Nov, 01:00'],
])('from %d to %d o’clock', (from, to, text) => {
  const at = (hour: number) => Date.parse('2026-11-22T00:00:00Z') + hour * 3_600_000;
  const period = { kind: 'times', fromMs: at(from), toMs: at(to) - 1_000 } as const;
  const shown = plain(showPeriod(period, { nowMs: at(48), zone: 'Europe/Berlin' }));
  expect(shown.replace(/(:\d\d) – (\d\d:\d\d)$/, '$1–$2')).toBe(text);
});

test.each<[string, Interval, string, string]>([
  ['2026-11-22 14:00:00', 'hour', '14:00', 'Sun 22 Nov, 14:00'],
  ['2026-11-22', 'day', '22 Nov', 'Sun 22 Nov'],
  ['2026-11-16', 'week', '16 Nov', '16–22 Nov'],
  ['2026-11-18', 'week', '18 Nov', '18–22 Nov'],
  ['2026-11-22', 'week', '22 Nov', '22 Nov'],
  ['2026-11-01', 'month', 'Nov 2026', 'Nov 2026'],
])('%s by %s', (label, interval, tick, bucket) => {
  expect(showTick(label, interval)).toBe(tick);
  expect(plain(showBucket(label, interval))).toBe(bucket);
});
