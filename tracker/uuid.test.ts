import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { uuidTime } from '../src/collect/hit-time.ts';
import { uuid7 } from './uuid.ts';

test('is a UUIDv7 whose time the server reads', () => {
  const ms = Date.parse('2026-11-22T12:00:00.123Z');
  const id = uuid7(ms, randomBytes(9));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidTime(id)).toBe(ms);
});

test('keeps every random bit and every leading zero', () => {
  expect(uuid7(1, Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 255]))).toBe(
    '00000000-0001-7000-8102-0304050607ff',
  );
});
