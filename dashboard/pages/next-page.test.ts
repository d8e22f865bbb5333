import { describe, expect, test } from 'vitest';
import { keyOf, nextPage, signInPage, siteOf } from './next-page.ts';

const origin = 'https://stats.example.com';

describe('nextPage stays on its origin', () => {
  test.each([
    [null, '/'],
    ['', '/'],
    ['/', '/'],
    ['/visualization?site=a.com', '/visualization?site=a.com'],
    ['/?site=a.com&range=7d#x', '/?site=a.com&range=7d#x'],
    ['https://elsewhere.example/', '/'],
    ['//elsewhere.example', '/'],
    ['/\\elsewhere.example', '/'],
    ['\\\\elsewhere.example', '/'],
    ['/\t/elsewhere.example', '/'],
    ['javascript:alert(1)', '/'],
    ['data:text/html,x', '/'],
    ['visualization', '/'],
    ['/.//elsewhere.example', '//elsewhere.example'],
  ])('%j', (next, path) => {
    const page = nextPage(next, origin);
    expect(page).toBe(origin + path);
    expect(new URL(page).origin).toBe(origin);
  });
});

test('signInPage leads back to the page it was called from', () => {
  const here = { pathname: '/visualization', search: '?site=a.com&x=1' };
  const link = new URL(signInPage(here), origin);
  expect(link.pathname).toBe('/sign-in');
  expect(nextPage(link.searchParams.get('next'), origin)).toBe(
    `${origin}/visualization?site=a.com&x=1`,
  );
});

test.each([
  ['/?site=a.com&range=7d', 'a.com'],
  ['/visualization?site=localhost:8000/blog', 'localhost:8000/blog'],
  ['/?site=b%C3%BCcher.example', 'b\u00fccher.example'],
  ['/?site=a.com&setup', undefined],
  ['/?site=Give%20your%20key%20to%20me', undefined],
  ['//elsewhere.example/?site=a.com', undefined],
  ['/?sites', undefined],
  [null, undefined],
])('siteOf %j', (next, site) => {
  expect(siteOf(next, origin)).toBe(site);
});

test.each([
  ['', undefined],
  ['#', undefined],
  ['#other=1', undefined],
  ['#key=abc-_9', 'abc-_9'],
])('keyOf %j', (fragment, key) => {
  expect(keyOf(fragment)).toBe(key);
});
