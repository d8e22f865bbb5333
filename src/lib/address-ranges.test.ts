import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressMatcher, checkRange, inRange } from './address-ranges.ts';

test.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '10.9.9.9/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['10.0.0.127', '10.0.0.0/25', true],
  ['10.0.0.128', '10.0.0.0/25', false],
  ['10.0.0.1', '10.0.0.1', true],
  ['10.0.0.1', '10.0.0.1/32', true],
  ['10.0.0.2', '10.0.0.1/32', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['::1', '0.0.0.0/0', false],
  ['::1', '::/0', true],
  ['1.2.3.4', '::/0', false],
  ['::ffff:10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '::ffff:10.0.0.0/104', true],
  ['11.1.2.3', '::ffff:10.0.0.0/104', false],
  ['2001:db8:1:2::1', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['2001:db8::1', '2001:db8::1', true],
  ['2001:0DB8::0001', '2001:db8::1', true],
  ['fd00::1', 'fc00::/7', true],
  ['10.1.2.3:80', '10.0.0.0/8', true],
  ['unknown', '0.0.0.0/0', false],
  ['10.1.2.3', 'nonsense', false],
])('%s in %s: %s', (ip, range, expected) => {
  expect(inRange(ip, range)).toBe(expected);
});

test('one of many ranges is enough; none match none', () => {
  const matches = addressMatcher(['192.0.2.0/24', 'nonsense', '2001:db8::/32', '203.0.113.9']);
  expect(['192.0.2.7', '2001:db8::7', '203.0.113.9', '203.0.113.8'].map(matches)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(addressMatcher([])('192.0.2.7')).toBe(false);
});

test.each([
  '192.0.2.7',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '::1',
  ' ::1/128 ',
  '::ffff:1.2.3.4',
])('%j is a range', (text) => {
  expect(checkRange(text)).toBeUndefined();
});

test.each([
  ['', 'expected an address or a CIDR range'],
  ['example.com', 'expected an address or a CIDR range'],
  ['192.0.2.0/', 'expected an address or a CIDR range'],
  ['192.0.2.0/-1', 'expected an address or a CIDR range'],
  ['192.0.2.0/24/8', 'expected an address or a CIDR range'],
  ['192.0.2.0:80', 'expected an address or a CIDR range'],
  ['[::1]', 'expected an address or a CIDR range'],
  ['fe80::1%eth0', 'expected an address or a CIDR range'],
  ['192.0.2.*', 'expected an address or a CIDR range'],
  ['192.0.2.0/33', 'expected a prefix of 0 to 32 bits'],
  ['::/129', 'expected a prefix of 0 to 128 bits'],
])('%j is no range: %s', (text, problem) => {
  expect(checkRange(text)).toContain(problem);
  expect(checkRange(text)).toContain(text);
});

test('agrees with node:net on either side of every prefix', () => {
  const v4 = (bytes: readonly number[]) => bytes.join('.');
  const v6 = (bytes: readonly number[]) =>
    Array.from({ length: 8 }, (_, i) =>
      (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16),
    ).join(':');
  for (const [family, size, write] of [
    ['ipv4', 4, v4],
    ['ipv6', 16, v6],
  ] as const) {
    const bytes = fc.array(fc.nat(255), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(bytes, fc.nat(size * 8), fc.nat(size * 8 - 1), (net, prefix, flipped) => {
        const other = net.map((byte, i) =>
          i === flipped >> 3 ? byte ^ (0x80 >> (flipped & 7)) : byte,
        );
        const list = new BlockList();
        list.addSubnet(write(net), prefix, family);
        expect(list.check(write(other), family)).toBe(flipped >= prefix);
        expect(inRange(write(other), `${write(net)}/${prefix}`)).toBe(flipped >= prefix);
      }),
      { numRuns: 500 },
    );
  }
});

test('no text throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (ip, range) => {
      checkRange(range);
      expect(inRange(ip, range)).toBe(false);
    }),
  );
});
