import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUmami, readUmamiBatch } from './umami.ts';

const receivedAtMs = 1_800_000_000_000;
const context = {
  ...{ userAgent: 'agent', address: '192.0.2.1', hasKey: false, optsOut: false, receivedAtMs },
};
const view = { website: 'example.com', hostname: 'example.com', url: '/a' };
const read = (payload: object, more: object = {}) =>
  readUmami(JSON.stringify({ type: 'event', payload: { ...view, ...payload } }), {
    ...context,
    ...more,
  });

test.each<[string, object, object]>([
  ['a path alone', {}, { name: 'pageview', page: '/a', hostname: 'example.com' }],
  ['a URL', { url: 'https://www.a.test/b?ref=x#c' }, { page: '/b#c', tags: { utmSource: 'x' } }],
  [
    'its host name, where none is said',
    { hostname: '', url: 'https://www.a.test/' },
    {
      hostname: 'a.test',
    },
  ],
  ['no URL', { url: undefined }, { page: '/' }],
  ['an event', { name: ' Signup ' }, { name: 'Signup', interactive: false }],
  ['an event named as ours are', { name: 'engagement' }, { name: 'Engagement' }],
  ['a path as referrer', { referrer: '/before' }, { referrer: undefined }],
  ['a screen', { screen: '390x844' }, { screenWidthPx: 390 }],
  ['no screen', { screen: 'wide' }, { screenWidthPx: undefined }],
  ['a tag', { tag: 'b' }, { props: { tag: 'b' } }],
  [
    'nested data, lists and what is nothing',
    { data: { a: { b: { c: 1 } }, list: [1, { d: 2 }], none: null, on: false } },
    { props: { 'a.b.c': '1', list: '[1,{"d":2}]', on: 'false' } },
  ],
  [
    'revenue',
    { data: { revenue: '9.5', currency: 'eur', plan: 'pro' } },
    { revenue: { amount: 9.5, currency: 'EUR' }, props: { plan: 'pro' } },
  ],
  [
    'revenue without a currency is data like all other',
    { data: { revenue: 9.5 } },
    { revenue: undefined, leftOut: 'revenue', props: { revenue: '9.5' } },
  ],
  ['who the visitor is said to be', { id: 'user-42' }, { id: undefined, props: undefined }],
])('%s', (_, payload, expected) => {
  const candidate = read(payload) as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(expected))
    expect(candidate[field], field).toEqual(value);
});

describe('address, user agent and time', () => {
  const said = { ip: '2001:DB8::1', userAgent: 'theirs', timestamp: 1_700_000_000 };

  test('are the sender’s own without a key', () => {
    expect(read(said)).toMatchObject({ address: '192.0.2.1', userAgent: 'agent' });
    expect(read(said)).not.toHaveProperty('atMs');
  });

  test('are those of the payload with a key', () => {
    expect(read(said, { hasKey: true })).toMatchObject({
      ...{ address: '2001:db8::1', userAgent: 'theirs', atMs: 1_700_000_000_000 },
    });
  });

  test.each([['soon'], [-1], [receivedAtMs]])('no time: %j', (timestamp) => {
    expect(read({ timestamp }, { hasKey: true })).toHaveProperty('invalid.timestamp');
  });
});

test('a batch has hits that are read each by itself', () => {
  const body = [{ type: 'event', payload: view }, { type: 'luck' }, 'x'];
  expect(readUmamiBatch(JSON.stringify(body), context)).toMatchObject({
    hits: [{ page: '/a' }, { invalid: { type: [expect.any(String)] } }, { invalid: {} }],
  });
  expect(readUmamiBatch('{}', context)).toHaveProperty('invalid.body');
});

test('whatever comes is a hit or refused by a field', () => {
  fc.assert(
    fc.property(fc.record({ type: fc.constant('event'), payload: fc.json() }), ({ payload }) => {
      const given = Object(JSON.parse(payload)) as object;
      const made = read(given, { hasKey: true });
      expect('invalid' in made || typeof made.page === 'string').toBe(true);
    }),
    { numRuns: 300 },
  );
});
