import { describe, expect, test } from 'vitest';
import { readEvent } from './event.ts';

const v2 = (fields: object = {}, context: object = {}) => ({
  version: '2.0',
  rawPath: '/analytics',
  requestContext: {
    stage: '$default',
    domainName: 'd.example',
    http: { method: 'GET', sourceIp: '192.0.2.7' },
    ...context,
  },
  ...fields,
});
const v1 = (fields: object = {}, context: object = {}) => ({
  version: '1.0',
  path: '/analytics',
  httpMethod: 'GET',
  requestContext: {
    stage: '$default',
    domainName: 'd.example',
    identity: { sourceIp: '192.0.2.7' },
    ...context,
  },
  ...fields,
});

describe('where a request goes', () => {
  test.each([
    ['2.0', v2(), 'https://d.example/analytics'],
    [
      '2.0, a stage in front',
      v2({ rawPath: '/default/analytics' }, { stage: 'default' }),
      'https://d.example/analytics',
    ],
    [
      '2.0, only the stage',
      v2({ rawPath: '/default' }, { stage: 'default' }),
      'https://d.example/',
    ],
    [
      '2.0, a path that only begins like the stage',
      v2({ rawPath: '/defaults/x' }, { stage: 'default' }),
      'https://d.example/defaults/x',
    ],
    [
      '2.0, the path of the course in the stage without a name',
      v2({ rawPath: '/default/analytics' }),
      'https://d.example/default/analytics',
    ],
    [
      '2.0, a query',
      v2({ rawQueryString: 'site=a.b&x=%2F' }),
      'https://d.example/analytics?site=a.b&x=%2F',
    ],
    [
      '2.0, no domain',
      v2({ headers: { host: 'h.example' } }, { domainName: undefined }),
      'https://h.example/analytics',
    ],
    [
      '2.0, plain http',
      v2({ headers: { 'x-forwarded-proto': 'http' } }),
      'http://d.example/analytics',
    ],
    ['1.0', v1(), 'https://d.example/analytics'],
    [
      '1.0, a stage in front',
      v1({ path: '/default/analytics' }, { stage: 'default' }),
      'https://d.example/analytics',
    ],
    [
      '1.0 of a REST API has no version',
      v1({ version: undefined }, { stage: 'prod' }),
      'https://d.example/analytics',
    ],
    [
      '1.0, every value of a query',
      v1({
        queryStringParameters: { a: '2' },
        multiValueQueryStringParameters: { a: ['1', '2'], b: ['x/y z'] },
      }),
      'https://d.example/analytics?a=1&a=2&b=x%2Fy+z',
    ],
    [
      '1.0, a query without the list',
      v1({ queryStringParameters: { a: '2' }, multiValueQueryStringParameters: null }),
      'https://d.example/analytics?a=2',
    ],
  ])('%s', (_, event, url) => expect(readEvent(event)!.request.url).toBe(url));
});

describe('headers', () => {
  test.each([
    [
      '2.0, cookies apart',
      v2({ headers: { a: '1' }, cookies: ['x=1', 'y=2'] }),
      { a: '1', cookie: 'x=1; y=2' },
    ],
    [
      '1.0, every value',
      v1({ headers: { a: '2' }, multiValueHeaders: { a: ['1', '2'] } }),
      { a: '1, 2' },
    ],
    ['1.0, the last values alone', v1({ headers: { a: '2' } }), { a: '2' }],
    ['a name that is none', v2({ headers: { 'not a name': '1', b: '2' } }), { b: '2' }],
    ['none', v2({ headers: null }), {}],
  ])('%s', (_, event, headers) =>
    expect(Object.fromEntries(readEvent(event)!.request.headers)).toEqual(headers),
  );
});

test.each([
  ['2.0', v2(), 'http-2', 'gzip'],
  ['1.0', v1(), 'http-1', 'gzip'],
  ['a REST API, to which nothing is sent compressed', v1({ version: undefined }), 'rest', null],
])('%s', (_, event, gateway, encoding) => {
  const arrived = readEvent({ ...event, headers: { 'accept-encoding': 'gzip' } })!;
  expect([arrived.gateway, arrived.request.headers.get('accept-encoding')]).toEqual([
    gateway,
    encoding,
  ]);
});

test.each(['TRACE', 'CONNECT', 'get', '', '__proto__', 'constructor', 'fe80::1%eth0'])(
  'a method that nothing answers never reaches the router: %s',
  (method) => {
    const problem = `method: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, got `;
    for (const event of [v1({ httpMethod: method }), v2({}, { http: { method } })])
      expect(() => readEvent(event)).toThrow(problem + JSON.stringify(method));
  },
);

test('of a path that came unescaped, what would end it is part of it', () => {
  const { url } = readEvent(v2({ rawPath: '/api/v1/sites/a?b#c' }))!.request;
  expect(new URL(url).pathname).toBe('/api/v1/sites/a%3Fb%23c');
});

test('a cookie that HTTP does not know is left out, and the rest is read', () => {
  const { request } = readEvent(v2({ cookies: ['a=\u{1f600}'], headers: { b: '1' } }))!;
  expect(Object.fromEntries(request.headers)).toEqual({ b: '1' });
});

describe('bodies', () => {
  const post = (make: typeof v1 | typeof v2, fields: object) =>
    make === v2
      ? v2(fields, { http: { method: 'POST', sourceIp: '192.0.2.7' } })
      : v1({ httpMethod: 'POST', ...fields });
  test.each([
    ['2.0, text', post(v2, { body: '{"ü":1}' }), '{"ü":1}'],
    [
      '2.0, base64',
      post(v2, { body: Buffer.from('{"ü":1}').toString('base64'), isBase64Encoded: true }),
      '{"ü":1}',
    ],
    ['2.0, none', post(v2, {}), ''],
    ['1.0, base64', post(v1, { body: 'e30=', isBase64Encoded: true }), '{}'],
    ['1.0, null', post(v1, { body: null }), ''],
    [
      'a declared length that is not that of the body',
      post(v2, { body: '{}', headers: { 'content-length': '99' } }),
      '{}',
    ],
  ])('%s', async (_, event, body) => {
    const { request } = readEvent(event)!;
    expect(request.headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
    expect(await request.text()).toBe(body);
  });
});

test.each([
  ['2.0', v2()],
  ['1.0', v1()],
])('%s: the address is the one API Gateway saw', (_, event) =>
  expect(readEvent({ ...event, headers: { 'x-forwarded-for': '203.0.113.9' } })!.address).toBe(
    '192.0.2.7',
  ),
);

test.each([
  [undefined],
  [null],
  ['x'],
  [{}],
  [{ key1: 'value1' }],
  [{ rawPath: '/' }],
  [{ path: '/', httpMethod: 'GET' }],
  [{ 'detail-type': 'Scheduled Event' }],
  [v1({ multiValueHeaders: { a: {} } })],
  [v1({ multiValueHeaders: 'a' })],
  [v2({ body: {}, cookies: 7 })],
  [v2({}, { domainName: 'a b' })],
  [v2({}, { http: { method: 'GET', sourceIp: [null] } })],
  [v1({ requestContext: { identity: { sourceIp: 7 } } })],
])('what is no event of API Gateway: %j', (event) => expect(readEvent(event)).toBeUndefined());
