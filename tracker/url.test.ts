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

  test('is cut where the server would refuse it', () => {
    expect(urlToSend(`${base}${'x'.repeat(3_000)}`, base)).toHaveLength(2_000);
  });
});

test.each([
  ['/%7Eme', '/~me'],
  ['/caf%c3%a9', '/café'],
  ['/a%2Fb', '/a%2Fb'],
  ['/%E6', '/%E6'],
])('%s is compared as %s', (path, spelling) => expect(sameSpelling(path)).toBe(spelling));
