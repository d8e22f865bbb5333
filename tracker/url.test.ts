import { describe, expect, test } from 'vitest';
import { sameSpelling, urlToSend } from './url.ts';

const base = 'https://example.com/shop/';

describe('the address that is sent', () => {
  test.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['/virtual', 'https://example.com/virtual'],
    ['cart', 'https://example.com/shop/cart'],
    ['https://example.com/é/😀', 'https://example.com/%C3%A9/%F0%9F%98%80'],
  ])('%s', (url, sent) => expect(urlToSend(url, base)).toBe(sent));

  test.each([
    ['plain letters', 'x', 1],
    ['two bytes', 'é', 6],
    ['three bytes', '日', 9],
    ['four bytes', '😀', 12],
    ['a line in letters and signs', 'aé日😀', 28],
  ])('is cut at a whole character, wherever the limit falls: %s', (_, text, chars) => {
    for (let before = 0; before <= chars; before++) {
      const full = `${base}${'-'.repeat(before)}${text.repeat(2_000)}`;
      const sent = urlToSend(full, base);
      expect(sent.length).toBeLessThanOrEqual(2_000);
      expect(sent.length).toBeGreaterThan(2_000 - 12);
      expect(full.startsWith(decodeURI(sent))).toBe(true);
    }
  });

  test('of bytes that are no UTF-8 hardly anything is lost', () => {
    const sent = urlToSend(`${base}${'%E6%F8'.repeat(500)}`, base);
    expect(sent.length).toBeGreaterThan(2_000 - 12);
  });
});

test.each([
  ['/%7Eme', '/~me'],
  ['/caf%c3%a9', '/café'],
  ['/a%2Fb', '/a%2Fb'],
  ['/%E6', '/%E6'],
])('%s is compared as %s', (path, spelling) => expect(sameSpelling(path)).toBe(spelling));
