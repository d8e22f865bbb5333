import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedMap } from './bounded-map.ts';

test('keeps what was used lately, forgets the rest', () => {
  const map = boundedMap<number, string>(10);
  for (let i = 0; i < 100; i++) {
    map.set(i, `v${i}`);
    expect(map.get(0)).toBe('v0');
    expect(map.get(i)).toBe(`v${i}`);
  }
  const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => map.get(i) !== undefined);
  expect(kept).toContain(99);
  expect(kept).not.toContain(50);
});

test('never holds more than its limit, and never a wrong value', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(60), { maxLength: 300, size: 'max' }),
      (limit, keys) => {
        const map = boundedMap<number, string>(limit * 2);
        for (const key of keys) {
          const value = map.get(key);
          if (value !== undefined) expect(value).toBe(`v${key}`);
          else map.set(key, `v${key}`);
        }
        // Reading moves entries between the generations and brings none back.
        const found = [...new Set(keys)].filter((key) => map.get(key) !== undefined);
        expect(found.length).toBeLessThanOrEqual(limit * 2);
      },
    ),
  );
});
