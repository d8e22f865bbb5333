import { expect, test } from 'vitest';
import { readDomain, showDomain } from './domain.ts';

test.each([
  ['example.com', 'example.com'],
  [' https://www.Example.com/ ', 'example.com'],
  ['https://WWW.foo.example:443/?q=1#f', 'foo.example'],
  ['http://localhost:9191/', 'localhost:9191'],
  ['example.com/blog/', 'example.com/blog'],
  ['münchen.example', 'xn--mnchen-3ya.example'],
  ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
])('%s is %s', (text, domain) => expect(readDomain(text)).toEqual({ domain }));

test.each([
  '',
  'no domain',
  'a.example/../x',
  'a.example/.',
  '-a.example',
  'a.example:123456',
  'a'.repeat(260),
  '://',
  'ex_ample.com/<b>',
])('%j is refused', (text) =>
  expect(readDomain(text)).toEqual({ error: expect.stringContaining('expected a domain') }),
);

test('is shown with its letters', () => {
  expect(showDomain('xn--mnchen-3ya.example')).toBe('münchen.example');
  expect(showDomain('localhost:9191')).toBe('localhost:9191');
});
