import { expect, test } from 'vitest';
import { readCount, readCounts } from './goatcounter.ts';

const receivedAtMs = 1_800_000_000_000;
const context = {
  ...{ userAgent: 'agent', address: '192.0.2.1', hasKey: false, optsOut: false, receivedAtMs },
  sentFrom: 'https://www.example.com/from?a=b' as string | undefined,
};
const count = (query: Record<string, string>, more: object = {}) =>
  readCount(new URLSearchParams(query), { ...context, ...more });

test.each<[string, Record<string, string>, object]>([
  ['a path', { p: '/a' }, { name: 'pageview', page: '/a', hostname: 'example.com' }],
  ['a path without a slash', { p: 'a/b' }, { page: '/a/b' }],
  ['slashes before it', { p: '//other.test/a' }, { page: '/other.test/a' }],
  ['a URL', { p: 'https://a.test/b' }, { page: '/b', hostname: 'a.test' }],
  ['its own query', { p: '/a?ref=x' }, { page: '/a', tags: { utmSource: 'x' } }],
  ['the query of the page', { p: '/a', q: '?utm_source=n' }, { tags: { utmSource: 'n' } }],
  ['an event', { p: '/signup', e: 'true' }, { name: 'signup', page: '/from' }],
  ['a screen of three numbers', { p: '/', s: '390,844,2' }, { screenWidthPx: 390 }],
  ['no robot', { p: '/', b: '0' }, { isRobot: undefined }],
  ['a robot', { p: '/', b: '153' }, { isRobot: true }],
])('%s', (_, query, expected) => {
  const candidate = count(query) as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(expected))
    expect(candidate[field], field).toEqual(value);
});

test('a page that says nothing of itself has no host name', () => {
  expect(count({ p: '/a' }, { sentFrom: undefined })).toMatchObject({ hostname: '', page: '/a' });
});

test.each([[{}], [{ p: '/', e: 'true' }], [{ p: 'x'.repeat(121), e: 'true' }], [{ p: '/\u0007' }]])(
  'refused: %j',
  (query) => expect(count(query as Record<string, string>)).toHaveProperty('invalid.p'),
);

const counts = (body: unknown) =>
  readCounts(JSON.stringify(body), { ...context, hasKey: true }, () => 'drawn');

test('sessions tell visitors apart, as addresses that are nowhere', () => {
  const read = counts({
    hits: [
      { path: '/', session: 'a' },
      { path: '/', session: 'b' },
    ],
  });
  const [a, b] = 'hits' in read ? read.hits : [];
  expect(a).toMatchObject({ address: expect.stringMatching(/^fd[0-9a-f]{2}(:[0-9a-f]{4}){7}$/) });
  expect(b).not.toMatchObject({ address: (a as { address: string }).address });
});

test.each([
  [{ path: '/' }, 'session'],
  [{ path: '/', ip: 'x' }, 'ip'],
  [{ path: '/', session: 'a', created_at: 'soon' }, 'created_at'],
  [{ path: '/', session: 'a', created_at: '2090-01-01T00:00:00Z' }, 'created_at'],
  [{ session: 'a' }, 'p'],
])('of several, one is refused by its field: %j %s', (hit, field) => {
  expect(counts({ hits: [hit] })).toMatchObject({ hits: [{ invalid: { [field]: {} } }] });
});

test.each([[[]], [{ hits: [] }], [{ hits: Array(501).fill({}) }], [null]])(
  'no list of hits: %j',
  (body) => expect(counts(body)).toHaveProperty('invalid.hits'),
);
