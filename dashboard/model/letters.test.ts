import { expect, test } from 'vitest';
import { readValue, showValue } from './dimensions.ts';
import { showHost } from './letters.ts';

test.each([
  ['example.com', 'example.com'],
  ['xn--bcher-kva.example', 'bücher.example (xn--bcher-kva.example)'],
  ['xn--bcher-kva.example:81/%C3%BC', 'bücher.example:81/ü (xn--bcher-kva.example)'],
  // Cyrillic letters that look like Latin ones: the ASCII shows that it is another host.
  ['xn--80ak6aa92e.com', 'аррӏе.com (xn--80ak6aa92e.com)'],
  ['xn--\u0000', 'xn--\u0000'],
  ['', ''],
])('the host %s is shown as %s', (host, shown) => expect(showHost(host)).toBe(shown));

test.each([
  ['page', '/%C3%BCber/%E6%A9%9F%2F1', '/über/機%2F1'],
  ['entry', '/%C3%BCber', '/über'],
  ['exit', '(not set)', 'Unknown'],
  ['referrer', 'example.com/%C3%BC', 'example.com/ü'],
  ['source', 'xn--bcher-kva.example', 'bücher.example (xn--bcher-kva.example)'],
  ['source', 'Google', 'Google'],
  ['campaign', '50%25 off', '50%25 off'],
] as const)('of %s the value %s is shown as %s', (dimension, value, shown) =>
  expect(showValue(dimension, value)).toBe(shown),
);

test('a page that is typed in letters is the one that is stored', () => {
  expect(readValue('page', '/über')).toBe('/%C3%BCber');
  expect(readValue('entry', '/%c3%bcber')).toBe('/%C3%BCber');
});
