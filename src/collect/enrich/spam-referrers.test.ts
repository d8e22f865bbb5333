import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSpamReferrer } from './spam-referrers.ts';

test.each([
  'semalt.com',
  'SEMALT.com',
  'semalt.com.',
  'semalt.semalt.com',
  'darodar.com/post',
  'http://buttons-for-website.com/',
  'https://forum.topic55198.darodar.com/x?y',
  'https://user@semalt.com:8080/x',
  'semalt.com:80',
])('%s is spam', (referrer) => {
  expect(isSpamReferrer(referrer)).toBe(true);
});

test.each([
  '',
  'com',
  'example.com',
  'notsemalt.com',
  'semalt.com.example.org',
  'https://example.com/semalt.com',
  'https://example.com/?semalt.com',
  'https://semalt.com@example.com/',
  '/semalt.com',
])('%s is none', (referrer) => {
  expect(isSpamReferrer(referrer)).toBe(false);
});

test('no text throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => typeof isSpamReferrer(text) === 'boolean'),
  );
});
