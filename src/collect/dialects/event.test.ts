import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../candidate.ts';
import { readEvent } from './event.ts';

const context = {
  userAgent: 'agent',
  address: '192.0.2.1',
  hasKey: false,
  optsOut: false,
  receivedAtMs: 1_800_000_000_000,
};
const read = (body: unknown) =>
  readEvent(typeof body === 'string' ? body : JSON.stringify(body), context);
const page = { n: 'pageview', u: 'https://www.example.com/a?utm_source=x#top', d: 'example.com' };

describe('a request is read in short and in long names', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'short',
      page,
      { name: 'pageview', domain: 'example.com', hostname: 'example.com', page: '/a' },
    ],
    [
      'long',
      { name: 'Signup', url: 'https://example.com/b', domain: 'x.org' },
      { name: 'Signup', domain: 'x.org' },
    ],
    ['integer name', { ...page, n: 404 }, { name: '404' }],
    [
      'no domain: the host of the URL',
      { n: 'pageview', u: 'https://www.example.com/' },
      { domain: 'example.com' },
    ],
    [
      'no domain: the host with its port',
      { n: 'x', u: 'http://localhost:9191/' },
      { domain: 'localhost:9191', hostname: 'localhost' },
    ],
    ['no host', { ...page, u: '/only/path' }, { hostname: '', page: '/only/path' }],
    ['hash mode', { ...page, h: 1 }, { page: '/a#top' }],
    ['campaign', page, { tags: { utmSource: 'x' } }],
    ['title', { ...page, t: ' Two\nlines ' }, { title: 'Two lines' }],
    ['title by its long name', { ...page, title: 'Prices' }, { title: 'Prices' }],
    ['no title', { ...page, t: 7 }, { title: undefined }],
    ['referrer cut', { ...page, r: 'x'.repeat(3000) }, { referrer: 'x'.repeat(2000) }],
    ['empty referrer', { ...page, r: null }, { referrer: undefined }],
    [
      'props',
      { ...page, p: { plan: 'pro', n: 3, yes: true } },
      { props: { plan: 'pro', n: '3', yes: 'true' } },
    ],
    ['props as text', { ...page, m: '{"plan":"pro"}' }, { props: { plan: 'pro' } }],
    [
      'props: no plain value',
      { ...page, p: { a: [], b: {}, c: null, d: ' ' } },
      { props: undefined },
    ],
    ['not interactive', { ...page, i: false }, { interactive: false }],
    [
      'revenue',
      { ...page, $: { currency: 'eur', amount: '9.50' } },
      { revenue: { currency: 'EUR', amount: 9.5 } },
    ],
    [
      'revenue, invalid: event kept',
      { ...page, $: { currency: 'euros', amount: 1 } },
      { revenue: undefined },
    ],
    [
      'ours',
      { ...page, id: 'abc', l: 'de-AT', w: 390 },
      { id: 'abc', language: 'de-AT', screenWidthPx: 390 },
    ],
    [
      'engagement',
      { ...page, n: 'engagement', sd: 140, e: 4200, a: 9000 },
      { engagement: { scrollDepth: 100, engagedMs: 4200, viewAgeMs: 9000 } },
    ],
  ])('%s', (_, body, expected) => {
    const candidates = read(body);
    expect(candidates).toHaveLength(1);
    const [candidate] = candidates as unknown as Record<string, unknown>[];
    for (const [field, value] of Object.entries(expected))
      expect(candidate![field], field).toEqual(value);
  });

  test('an engagement is not longer than its view is old, where that is said', () => {
    const engagement = { ...page, n: 'engagement', e: 3_600_000 };
    expect(read({ ...engagement, a: 5_000 })).toMatchObject([{ engagement: { engagedMs: 5_000 } }]);
    expect(read(engagement)).toMatchObject([{ engagement: { engagedMs: 3_600_000 } }]);
  });

  test('a hit that is sent again says its age, in whole ms', () => {
    expect(read({ ...page, a: 1_000.5 })).toMatchObject([{ ageMs: 1_001 }]);
    expect(read({ ...page, a: null })).toMatchObject([{ ageMs: undefined }]);
  });

  test('the age of a view is in whole ms', () => {
    expect(read({ ...page, n: 'engagement', e: 5, a: 300_000.25 })).toMatchObject([
      { engagement: { viewAgeMs: 300_000 } },
    ]);
  });

  test('30 props at the most, one candidate a domain', () => {
    const props = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 'v']));
    const candidates = read({ ...page, d: 'a.org, b.org,a.org', p: props });
    expect(candidates).toMatchObject([{ domain: 'a.org' }, { domain: 'b.org' }]);
    expect(Object.keys((candidates as unknown as { props: object }[])[0]!.props)).toHaveLength(30);
  });

  test('a prop called __proto__ is a prop like any other', () => {
    const [candidate] = read(
      `{"n":"x","u":"/","d":"a.org","p":{"__proto__":"kept"}}`,
    ) as unknown as [{ props: object }];
    expect(JSON.stringify(candidate.props)).toBe('{"__proto__":"kept"}');
  });
});

describe('a request is refused, naming the field and what was expected', () => {
  test.each<[string, unknown, string]>([
    ['malformed', '{"n":', 'body'],
    ['no object', [1], 'body'],
    [
      'lists thousands deep',
      `{"n":"a","u":"/","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      'body',
    ],
    ['lone surrogate', '{"n":"a","u":"/","x":"\\ud800"}', 'body'],
    ['no name', { u: '/' }, 'name'],
    ['blank name', { ...page, n: '  ' }, 'name'],
    ['name of a wrong type', { ...page, n: {} }, 'name'],
    ['name with 121 characters', { ...page, n: 'x'.repeat(121) }, 'name'],
    ['control character in the name', { ...page, n: 'a\u0007' }, 'name'],
    ['no url', { n: 'pageview' }, 'url'],
    ['data: URL', { ...page, u: 'data:text/html,x' }, 'url'],
    ['long URL', { ...page, u: `https://example.com/${'x'.repeat(2000)}` }, 'url'],
    ['control character in the URL', { ...page, u: 'https://example.com/\u0000' }, 'body'],
    ['line break in the URL', { ...page, u: 'https://example.com/\n' }, 'url'],
    ['empty domain', { ...page, d: '' }, 'domain'],
    ['domain of a wrong type', { ...page, d: 7 }, 'domain'],
    ['referrer of a wrong type', { ...page, r: {} }, 'referrer'],
    ['props that are no object', { ...page, p: 'nope' }, 'props'],
    ['props that are a list', { ...page, p: ['a'] }, 'props'],
    ['URL without its scheme', { ...page, u: 'localhost:9191/x' }, 'url'],
    ['long key of a prop', { ...page, p: { ['k'.repeat(301)]: 'v' } }, 'props'],
    ['long value of a prop', { ...page, p: { k: 'v'.repeat(2001) } }, 'props'],
    ['engagement without figures', { ...page, n: 'engagement' }, 'engagement'],
    ['engagement of 30 days', { ...page, n: 'engagement', e: 2_592_000_000 }, 'engagement'],
    ['view age before time', { ...page, n: 'engagement', e: 1, a: 1e300 }, 'a'],
    ['id of a wrong type', { ...page, id: 5 }, 'id'],
    ['id of 129 characters', { ...page, id: 'x'.repeat(129) }, 'id'],
  ])('%s', (_, body, field) => {
    const result = read(body) as { invalid: Record<string, string[]> };
    expect(Object.keys(result.invalid ?? {})).toEqual([field]);
    expect(result.invalid[field]![0]).toMatch(/expected/);
  });
});

test('whatever comes, it is read or refused, never thrown at', () => {
  const keys = fc.constantFrom(
    'n',
    'name',
    'u',
    'url',
    'd',
    'r',
    'p',
    'm',
    '$',
    'h',
    'i',
    'sd',
    'e',
    'a',
    'id',
    'l',
    'w',
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constant('https://example.com/'),
  );
  fc.assert(
    fc.property(fc.dictionary(keys, value), (body) => typeof read(body) === 'object'),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof read(text) === 'object'));
});

describe('an amount is a plain decimal number', () => {
  const revenue = (amount: unknown) => {
    const [hit] = read({ ...page, $: { currency: 'EUR', amount } }) as Candidate[];
    return { revenue: hit!.revenue?.amount, leftOut: hit!.leftOut };
  };
  test.each([
    [12.5, 12.5],
    ['12.50', 12.5],
    [' -3 ', -3],
    ['+.5', 0.5],
    [0, 0],
  ])('%j is %d', (amount, expected) =>
    expect(revenue(amount)).toEqual({ revenue: expected, leftOut: undefined }),
  );
  test.each([['0x10'], ['1e3'], [''], [' '], ['12,50'], ['1_000'], [true], [[5]], [null], ['∞']])(
    '%j is left out, and that is noted',
    (amount) => expect(revenue(amount)).toEqual({ revenue: undefined, leftOut: 'revenue' }),
  );
  test('no revenue at all is nothing to note', () => {
    const [hit] = read(page) as Candidate[];
    expect([hit!.revenue, hit!.leftOut]).toEqual([undefined, undefined]);
  });
});
