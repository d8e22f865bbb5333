import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { maxAnswerBytes, maxRowBytes, toGateway } from './answer.ts';

const json = { 'content-type': 'application/json' };
const lambdaBytes = 6_291_556;

test('text stays text, what is none becomes base64', async () => {
  const text = await toGateway(new Response('{"ü":1}', { status: 202, headers: json }), 2, true);
  expect(text).toEqual({ statusCode: 202, headers: json, body: '{"ü":1}', isBase64Encoded: false });
  const png = await toGateway(
    new Response(Buffer.from([0, 255]), { headers: { 'content-type': 'image/png' } }),
    2,
    true,
  );
  expect(png).toMatchObject({
    body: 'AP8=',
    isBase64Encoded: true,
    headers: { 'content-type': 'image/png' },
  });
  expect(await toGateway(new Response(null, { status: 204 }), 1, false)).toEqual({
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  });
});

test.each([
  [1 as const, { multiValueHeaders: { 'set-cookie': ['a=1; Path=/', 'b=2'] } }],
  [2 as const, { cookies: ['a=1; Path=/', 'b=2'] }],
])('payload %d: every cookie', async (version, expected) => {
  const headers = new Headers([
    ['set-cookie', 'a=1; Path=/'],
    ['set-cookie', 'b=2'],
  ]);
  const answer = await toGateway(new Response('x', { headers }), version, false);
  expect(answer).toMatchObject(expected);
  expect(answer.headers).not.toHaveProperty('set-cookie');
});

test('long text is compressed for who takes it', async () => {
  const rows = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ pagePath: `/${i}` })));
  const zipped = await toGateway(new Response(rows, { headers: json }), 2, true);
  expect(zipped.headers).toEqual({ ...json, 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(Buffer.from(zipped.body, 'base64')).toString()).toBe(rows);
  const plain = await toGateway(new Response(rows, { headers: json }), 2, false);
  expect(plain).toMatchObject({
    body: rows,
    isBase64Encoded: false,
    headers: { vary: 'Accept-Encoding' },
  });
});

test.each([
  ['of letters', 'x'.repeat(maxRowBytes), false],
  ['of quotes', '"'.repeat(maxRowBytes), true],
  ['of controls', '\u0001'.repeat(maxRowBytes), true],
])('a page of rows %s passes whatever it is made of', async (_, text, isBase64Encoded) => {
  const answer = await toGateway(new Response(text, { headers: json }), 2, false);
  expect(answer.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaBytes);
});

test('what Lambda would not let through is refused with what to do', async () => {
  const binary = { 'content-type': 'application/octet-stream' };
  await expect(
    toGateway(new Response(randomBytes(maxAnswerBytes), { headers: binary }), 2, true),
  ).rejects.toMatchObject({
    fault: 'too-large',
    message: expect.stringContaining('Accept-Encoding: gzip'),
  });
  const long = 'a,b\n'.repeat(2_000_000);
  const csv = { 'content-type': 'text/csv; charset=utf-8' };
  await expect(toGateway(new Response(long, { headers: csv }), 2, false)).rejects.toMatchObject({
    fault: 'too-large',
  });
  const zipped = await toGateway(new Response(long, { headers: csv }), 2, true);
  expect(gunzipSync(Buffer.from(zipped.body, 'base64')).length).toBe(8_000_000);
});

test('an endless answer is given up', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)),
  });
  await expect(toGateway(new Response(endless, { headers: json }), 2, true)).rejects.toMatchObject({
    fault: 'too-large',
  });
});
