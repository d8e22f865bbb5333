import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visitorId } from './visitor.ts';

const salt = Buffer.alloc(32, 7);
const agent = 'Mozilla/5.0 (Windows NT 10.0; rv:125.0) Gecko/20100101 Firefox/125.0';

test('is the first 64 bits of an HMAC-SHA-256 over network and agent', () => {
  const hmac = (text: string) =>
    createHmac('sha256', salt).update(text, 'utf8').digest('hex').slice(0, 16);
  expect(visitorId(salt, '203.0.113.9', agent)).toBe(hmac(`203.0.113.9\n${agent}`));
  expect(visitorId(salt, '2001:db8:1:2:3:4:5:6', agent)).toBe(hmac(`2001:db8:1:2::/64\n${agent}`));
  expect(visitorId(salt, 'unknown', 'ä')).toBe(hmac('\nä'));
});

test.each([
  ['IPv4 mapped into IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a port behind', '203.0.113.9:50123', '203.0.113.9'],
  ['another host of the same /64', '2001:db8:1:2:aaaa::1', '2001:DB8:1:2:bbbb:0:0:2'],
  ['brackets, port and zone', '[2001:db8:1:2::1%eth0]:443', '2001:db8:1:2::99'],
])('one visitor: %s', (_, a, b) => {
  expect(visitorId(salt, a, agent)).toBe(visitorId(salt, b, agent));
});

test.each([
  ['another IPv4 address', '203.0.113.9', '203.0.113.10'],
  ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1'],
])('two visitors: %s', (_, a, b) => {
  expect(visitorId(salt, a, agent)).not.toBe(visitorId(salt, b, agent));
});

test('salt and agent count', () => {
  const ids = [
    visitorId(salt, '203.0.113.9', agent),
    visitorId(Buffer.alloc(32, 8), '203.0.113.9', agent),
    visitorId(salt, '203.0.113.9', `${agent} `),
    visitorId(salt, '203.0.113.9', ''),
  ];
  expect(new Set(ids).size).toBe(4);
});

test('no text throws; an id is always 16 hex digits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (ip, userAgent) => {
      expect(visitorId(salt, ip, userAgent)).toMatch(/^[\da-f]{16}$/);
    }),
  );
});
