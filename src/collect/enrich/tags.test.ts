import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTags } from './tags.ts';

test.each([
  ['', {}],
  ['?', {}],
  ['?a=1&b', {}],
  ['?utm_source=x', { utmSource: 'x' }],
  ['utm_source=x', { utmSource: 'x' }],
  [
    '?utm_source=a&utm_medium=b&utm_campaign=c&utm_content=d&utm_term=e',
    { utmSource: 'a', utmMedium: 'b', utmCampaign: 'c', utmContent: 'd', utmTerm: 'e' },
  ],
  ['?source=a', { utmSource: 'a' }],
  ['?ref=a', { utmSource: 'a' }],
  ['?ref=c&source=b&utm_source=a', { utmSource: 'a' }],
  ['?ref=c&source=b', { utmSource: 'b' }],
  ['?utm_source=&ref=c', { utmSource: 'c' }],
  ['?utm_source=%20&utm_source=b', { utmSource: 'b' }],
  ['?utm_source=a&utm_source=b', { utmSource: 'a' }],
  ['?utm_campaign=spring+sale%202%26more', { utmCampaign: 'spring sale 2&more' }],
  ['?utm_campaign=%C3%A9t%C3%A9', { utmCampaign: 'été' }],
  ['?utm_campaign=a%00b%0Ac', { utmCampaign: 'abc' }],
  ['?utm_campaign=50%', { utmCampaign: '50%' }],
  ['?utm_campaign=%FFx', { utmCampaign: '\ufffdx' }],
  ['?utm_campaign=a=b', { utmCampaign: 'a=b' }],
  ['?UTM_SOURCE=a', {}],
  ['?=utm_source&&utm_medium=', {}],
])('%s', (query, tags) => {
  expect(readTags(query)).toStrictEqual(tags);
});

test.each([
  ['?gclid=x', 'Google'],
  ['?gbraid=x', 'Google'],
  ['?wbraid=x', 'Google'],
  ['?msclkid=x', 'Bing'],
  ['?yclid=x', 'Yandex'],
  ['?ttclid=x', 'TikTok'],
  ['?twclid=x', 'Twitter'],
  ['?li_fat_id=x', 'LinkedIn'],
  ['?rdt_cid=x', 'Reddit'],
  ['?ScCid=x', 'Snapchat'],
  ['?fbclid=x', undefined],
  ['?gclid=', undefined],
])('%s is a click of %s', (query, source) => {
  expect(readTags(query).clickId?.source).toBe(source);
});

test('reads values as a browser does, but for control characters and blanks around', () => {
  const piece = fc.constantFrom(
    '%',
    '%2',
    '%C3%A9',
    '%E9',
    '+',
    '%2B',
    'a',
    'é',
    '&',
    '=',
    '%00',
    '%F0%9F%98%80',
    '%ED%A0%80',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const search = new URL(`https://example.com/?utm_term=${pieces.join('')}`).search;
      const value = new URLSearchParams(search).get('utm_term')!.replaceAll('\0', '').trim();
      expect(readTags(search).utmTerm ?? '').toBe(value);
    }),
    { numRuns: 1_000 },
  );
});

test('no text throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(() => readTags(text)).not.toThrow();
      expect(() => readTags(`?utm_source=${text}`)).not.toThrow();
    }),
  );
});

test.each([
  ['?a=1&amp;utm_source=letter&amp;utm_medium=email', { utmSource: 'letter', utmMedium: 'email' }],
  ['?amp;ref=x', { utmSource: 'x' }],
  ['?utm_source=a&amp;utm_source=b', { utmSource: 'a' }],
])('a query that was escaped once too often: %s', (query, tags) =>
  expect(readTags(query)).toEqual(tags),
);
