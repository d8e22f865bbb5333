import { expect, test } from 'vitest';
import { timeInId } from '../src/collect/hit-time.ts';
import { hitId } from './hit-id.ts';

test('an id has its time, and no other one is the same', () => {
  const ms = Date.parse('2026-11-28T08:00:00Z');
  const ids = Array.from({ length: 1_000 }, () => hitId(ms));
  for (const id of ids) expect(timeInId(id)).toBe(ms);
  expect(new Set(ids).size).toBe(ids.length);
});
