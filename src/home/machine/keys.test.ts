import { describe, expect, test } from 'vitest';
import type { Range } from '../home.ts';
import { encodeKey, encodeRange, sortOf } from './keys.ts';

describe('encodeKey', () => {
  test('is the partition, a zero byte, the sort key', () => {
    expect(encodeKey('é', 'b')).toEqual(Buffer.from([0xc3, 0xa9, 0, 0x62]));
  });

  test.each([
    ['a', 'b'],
    ['p/é😀', '\u0001'],
    ['p', '\uffff𝒳'],
  ])('the sort key of %j, %j is read back', (partition, sort) => {
    expect(sortOf(encodeKey(partition, sort), Buffer.byteLength(partition))).toBe(sort);
  });

  test('both together are at most 1,499 bytes', () => {
    expect(encodeKey('p'.repeat(999), 's'.repeat(500))).toHaveLength(1_500);
    expect(() => encodeKey('p'.repeat(1_000), 's'.repeat(500))).toThrow(
      'under 1500 bytes, got 1500',
    );
  });
});

describe('encodeRange', () => {
  const cases: [string, Range, [start: string, end: string] | undefined][] = [
    ['all of a partition', {}, ['p\0', 'p\u0001']],
    ['from', { from: 'b' }, ['p\0b', 'p\u0001']],
    ['to', { to: 'b' }, ['p\0', 'p\0b']],
    ['after: the next possible key', { after: 'b' }, ['p\0b\0', 'p\u0001']],
    ['the later of from and after', { from: 'c', after: 'b' }, ['p\0c', 'p\u0001']],
    ['after, where it is from', { from: 'b', after: 'b' }, ['p\0b\0', 'p\u0001']],
    ['nothing between', { from: 'b', to: 'b' }, undefined],
    ['nothing up to the empty text', { to: '' }, undefined],
    ['nothing behind the end', { after: 'b', to: 'b' }, undefined],
  ];
  test.each(cases)('%s', (_, range, expected) => {
    const encoded = encodeRange('p', range);
    expect(encoded && [encoded.start.toString(), encoded.end.toString()]).toEqual(expected);
  });

  test.each(['', 'a\0b', 'a\udc00'])('the partition %j is refused', (partition) => {
    expect(() => encodeRange(partition, {})).toThrow('key of a row');
  });
});
