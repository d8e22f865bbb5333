import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizedPage, shownPage } from './page-path.ts';

test.each([
  ['/', '/', '/'],
  ['/a/b-c_d.e~f', '/a/b-c_d.e~f', '/a/b-c_d.e~f'],
  ['/%e6%a9%9f/1', '/%E6%A9%9F/1', '/機/1'],
  ['/機/1', '/%E6%A9%9F/1', '/機/1'],
  ['/last%5fversion', '/last_version', '/last_version'],
  ['/%7Ebob', '/~bob', '/~bob'],
  ['/%40bob/%28a%29', '/@bob/(a)', '/@bob/(a)'],
  ['/a%2fb%3Fc%23d', '/a%2Fb%3Fc%23d', '/a%2Fb%3Fc%23d'],
  ['/a%5bb%5D%5c', '/a%5Bb%5D%5C', '/a%5Bb%5D%5C'],
  ['/a b', '/a%20b', '/a b'],
  ['/a%20"<>`{}', '/a%20%22%3C%3E%60%7B%7D', '/a "<>`{}'],
  ['/%5e%7C/^|', '/^|/^|', '/^|/^|'],
  ['/100%', '/100%25', '/100%'],
  ['/100%25', '/100%25', '/100%'],
  ['/%2541', '/%2541', '/%2541'],
  ['/%%34%31', '/%2541', '/%2541'],
  ['/bad/%ff%C3', '/bad/%FF%C3', '/bad/%FF%C3'],
  ['/half/%C3%BC%C3', '/half/%C3%BC%C3', '/half/ü%C3'],
  ['/over/%c0%af', '/over/%C0%AF', '/over/%C0%AF'],
  ['/control/%0a%7f%c2%85', '/control/%0A%7F%C2%85', '/control/%0A%7F%C2%85'],
  ['/turn/%E2%80%AEcod.exe', '/turn/%E2%80%AEcod.exe', '/turn/%E2%80%AEcod.exe'],
  ['/👩‍💻', '/%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB', '/👩‍💻'],
  ['/app#/ü?x=[1]', '/app#/%C3%BC?x=[1]', '/app#/ü?x=[1]'],
  ['/\ud800', '/%EF%BF%BD', '/\ufffd'],
])('%s is stored as %s and shown as %s', (page, stored, shown) => {
  expect(normalizedPage(page)).toBe(stored);
  expect(normalizedPage(stored)).toBe(stored);
  expect(shownPage(stored)).toBe(shown);
});

const page = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.string({ maxLength: 6 }),
      fc.integer({ min: 0, max: 255 }).map((n) => `%${n.toString(16).padStart(2, '0')}`),
      fc.constantFrom('%', '%C3%BC', '%25', '4', 'a', '/'),
    ),
  )
  .map((parts) => parts.join(''));

test('what is shown may be typed: it means the same page', () => {
  fc.assert(
    fc.property(page, (text) => {
      const stored = normalizedPage(text);
      expect(normalizedPage(stored)).toBe(stored);
      expect(stored).toMatch(/^[\x21-\x7e]*$/);
      expect(normalizedPage(shownPage(stored))).toBe(stored);
    }),
    { numRuns: 2_000 },
  );
});

test('no separator comes or goes', () => {
  fc.assert(
    fc.property(page, (text) => {
      const separators = (of: string) => of.replace(/[^/?#]/g, '');
      expect(separators(normalizedPage(text))).toBe(separators(text));
      expect(separators(shownPage(normalizedPage(text)))).toBe(separators(text));
    }),
    { numRuns: 1_000 },
  );
});
