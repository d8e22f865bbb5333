import { expect, test } from 'vitest';
import { uuidTime } from '../src/collect/hit-time.ts';
import { uuid7 } from './uuid.ts';

test('an id is a UUIDv7 of its time, and no other one is the same', () => {
  const ms = Date.parse('2026-11-28T08:00:00Z');
  const ids = Array.from({ length: 1_000 }, () => uuid7(ms));
  for (const id of ids) expect(uuidTime(id)).toBe(ms);
  expect(new Set(ids).size).toBe(ids.length);
});
