import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPageUrl } from './page-url.ts';

const plain = { hash: false };

test.each([
  ['https://example.com/', 'example.com', '/'],
  ['https://example.com', 'example.com', '/'],
  ['https://www.Example.COM/About', 'example.com', '/About'],
  ['https://blog.example.com/a', 'blog.example.com', '/a'],
  ['https://example.com:8443/a', 'example.com', '/a'],
  ['https://example.com./a', 'example.com', '/a'],
  ['https://user:secret@example.com/a', 'example.com', '/a'],
  ['https://example.com/a/', 'example.com', '/a/'],
  ['https://example.com/a?token=secret', 'example.com', '/a'],
  ['https://example.com/a#part', 'example.com', '/a'],
  ['https://example.com/a%20b/%C3%A9', 'example.com', '/a%20b/%C3%A9'],
  ['https://example.com/a b/é', 'example.com', '/a%20b/%C3%A9'],
  ['https://example.com/a/../b/./c', 'example.com', '/b/c'],
  ['https://example.com//double', 'example.com', '//double'],
  ['https://bücher.example/x', 'xn--bcher-kva.example', '/x'],
  ['http://localhost:3000/x', 'localhost', '/x'],
  ['http://[2001:db8::1]:80/x', '[2001:db8::1]', '/x'],
  ['capacitor://localhost/home', 'localhost', '/home'],
  ['android-app://com.example.app/screen', 'com.example.app', '/screen'],
  ['//example.com/a', 'example.com', '/a'],
  ['file:///home/index.html', '', '/home/index.html'],
  ['/about?x=1', '', '/about'],
  ['about', '', '/about'],
  ['', '', '/'],
  ['?utm_source=x', '', '/'],
  [' https://example.com/a\n', 'example.com', '/a'],
])('%j is %s and %s', (url, hostname, page) => {
  expect(readPageUrl(url, plain)).toMatchObject({ hostname, page });
});

test.each([
  ['https://example.com/#/settings', '/#/settings'],
  ['https://example.com/app#/a?b=c', '/app#/a?b=c'],
  ['https://example.com/app?x=1#part', '/app#part'],
  ['https://example.com/app#', '/app'],
  ['https://example.com/app', '/app'],
])('in hash mode %s is %s', (url, page) => {
  expect(readPageUrl(url, { hash: true })).toMatchObject({ page });
});

test.each([
  ['data:text/html,<p>x', 'data:'],
  [' DATA:text/html,x', 'data:'],
  ['http://', 'expected a URL'],
  ['https://exa mple.com/', 'expected a URL'],
  ['https://[::1/', 'expected a URL'],
  [`https://example.com/${'a'.repeat(1_981)}`, 'at most 2000 bytes, got 2001'],
  [`https://example.com/${'é'.repeat(1_000)}`, 'at most 2000 bytes, got 2020'],
])('%s is refused', (url, problem) => {
  expect(readPageUrl(url, plain)).toEqual({ error: expect.stringContaining(problem) });
});

test.each([
  ['plain letters', 'x', 1],
  ['two bytes', 'é', 6],
  ['three bytes', '日', 9],
  ['four bytes', '😀', 12],
  ['a line in letters and signs', 'aé日😀', 28],
])('of one that its tracker has cut, no part of a character is left: %s', (_, text, chars) => {
  for (let before = 0; before <= chars; before++) {
    const path = `/${'-'.repeat(before)}${text.repeat(2_000)}`;
    const sent = new URL(path, 'https://example.com').href.slice(0, 2_000);
    const { page } = readPageUrl(sent, { hash: false }) as { page: string };
    expect(path.startsWith(decodeURI(page))).toBe(true);
    expect(page.length).toBeGreaterThan(2_000 - 'https://example.com'.length - 12);
  }
});

test('2,000 bytes are not too many', () => {
  expect(readPageUrl(`https://example.com/${'a'.repeat(1_980)}`, plain)).toHaveProperty('page');
});

test('the tags of the query are read', () => {
  const url = 'https://example.com/?utm_source=news&utm_medium=email&gclid=abc';
  expect(readPageUrl(url, plain)).toMatchObject({
    tags: { utmSource: 'news', utmMedium: 'email', clickId: { source: 'Google' } },
  });
  expect(readPageUrl('https://example.com/', plain)).toStrictEqual({
    hostname: 'example.com',
    port: '',
    page: '/',
    search: '',
    tags: {},
  });
});

test('no text throws; what is read is ASCII and short', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const url = fc.oneof(
    text,
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    text.map((t) => `https://example.com/${t}`),
    text.map((t) => `https://${t}/`),
  );
  fc.assert(
    fc.property(url, fc.boolean(), (value, hash) => {
      const read = readPageUrl(value, { hash });
      if ('error' in read) return;
      expect(read.page).toMatch(/^[\x20-\x7e]+$/);
      expect(read.hostname).toMatch(/^[\x21-\x7e]*$/);
      expect(read.hostname).toBe(read.hostname.toLowerCase());
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['https://a.test/#/list?utm_source=letter', { utmSource: 'letter' }],
  ['https://a.test/?utm_source=page#/list?utm_source=route', { utmSource: 'page' }],
  ['https://a.test/?x=1#!/list?a=b&amp;utm_campaign=spring', { utmCampaign: 'spring' }],
  ['https://a.test/#section', {}],
])('tags of a route in the fragment: %s', (url, tags) => {
  for (const hash of [true, false]) expect(readPageUrl(url, { hash })).toMatchObject({ tags });
});
