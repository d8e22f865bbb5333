import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAddress } from './address.ts';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  [' 203.0.113.9 ', '203.0.113.9'],
  ['203.0.113.9:443', '203.0.113.9'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:8080', '203.0.113.9'],
  ['::', '::'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['[::1]:443', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25eth0]:80', 'fe80::1'],
  ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['1::', '1::'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('%s is %s', (written, canonical) => {
  expect(canonicalAddress(written)).toBe(canonical);
});

test.each([
  '',
  ' ',
  'unknown',
  'localhost',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4:',
  '1.2.3.4:x',
  '1.2.3.4:123456',
  '1..2.3',
  '.1.2.3',
  '1.2.3.',
  '-1.2.3.4',
  ':',
  ':::',
  '1:2',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '12345::',
  'g::1',
  '1:2:3:4:5:6:7:',
  ':1:2:3:4:5:6:7',
  '1.2.3.4::',
  '::1.2.3',
  '::1.2.3.4.5',
  '1:2:3:4:5:6:7:1.2.3.4',
  '[::1',
  '[::1]x',
  '[1.2.3.4]',
  '%::1',
])('%j is no address', (text) => {
  expect(canonicalAddress(text)).toBeUndefined();
});

describe('against the runtime', () => {
  const runs = { numRuns: 2_000 };

  test('every IPv6 address is written as a URL writes it', () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const written = groups.map((g) => g.toString(16).toUpperCase()).join(':');
        const mapped = groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff;
        const url = new URL(`http://[${written}]/`).hostname.slice(1, -1);
        const dotted = [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join(
          '.',
        );
        expect(canonicalAddress(written)).toBe(mapped ? dotted : url);
        expect(canonicalAddress(url)).toBe(mapped ? dotted : url);
      }),
      runs,
    );
  });

  test('takes what node:net takes, and nothing else', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    const damaged = fc
      .tuple(address, fc.nat(45), fc.constantFrom('', ':', '.', '0', 'f', '::', '%', 'x'))
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(address, damaged, fc.string({ unit: 'binary' })), (text) => {
        const canonical = canonicalAddress(text);
        if (isIP(text)) expect(canonical).toBeDefined();
        if (canonical !== undefined) {
          expect(isIP(canonical)).not.toBe(0);
          expect(canonicalAddress(canonical)).toBe(canonical);
          // Beyond node:net, only what is documented: blanks, brackets, a port; and a zone of any
          // kind.
          const bare = text
            .trim()
            .replace(/^\[(.*)\](:\d+)?$/, '$1')
            .replace(/^([\d.]+):\d+$/, '$1');
          expect(isIP(bare.replace(/%.*$/s, ''))).not.toBe(0);
        }
      }),
      runs,
    );
  });
});
