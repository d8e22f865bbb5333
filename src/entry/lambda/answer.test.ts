import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { maxAnswerBytes, maxRestRowBytes, maxRowBytes, toGateway } from './answer.ts';

const json = { 'content-type': 'application/json' };
const lambdaBytes = 6_291_556;

test('text stays text, what is none becomes base64', async () => {
  const text = await toGateway(
    new Response('{"ü":1}', { status: 202, headers: json }),
    'http-2',
    true,
  );
  expect(text).toEqual({ statusCode: 202, headers: json, body: '{"ü":1}', isBase64Encoded: false });
  const png = await toGateway(
    new Response(Buffer.from([0, 255]), { headers: { 'content-type': 'image/png' } }),
    'http-2',
    true,
  );
  expect(png).toMatchObject({
    body: 'AP8=',
    isBase64Encoded: true,
    headers: { 'content-type': 'image/png' },
  });
  expect(await toGateway(new Response(null, { status: 204 }), 'http-1', false)).toEqual({
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  });
});

test.each([
  ['http-1' as const, { multiValueHeaders: { 'set-cookie': ['a=1; Path=/', 'b=2'] } }],
  ['http-2' as const, { cookies: ['a=1; Path=/', 'b=2'] }],
])('%s: every cookie', async (gateway, expected) => {
  const headers = new Headers([
    ['set-cookie', 'a=1; Path=/'],
    ['set-cookie', 'b=2'],
  ]);
  const answer = await toGateway(new Response('x', { headers }), gateway, false);
  expect(answer).toMatchObject(expected);
  expect(answer.headers).not.toHaveProperty('set-cookie');
});

test('long text is compressed for who takes it', async () => {
  const rows = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ pagePath: `/${i}` })));
  const zipped = await toGateway(new Response(rows, { headers: json }), 'http-2', true);
  expect(zipped.headers).toEqual({ ...json, 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(Buffer.from(zipped.body, 'base64')).toString()).toBe(rows);
  const plain = await toGateway(new Response(rows, { headers: json }), 'http-2', false);
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
  const answer = await toGateway(new Response(text, { headers: json }), 'http-2', false);
  expect(answer.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaBytes);
});

describe('through a REST API, which would hand base64 on as it is', () => {
  test('long text is plain text, whoever takes gzip', async () => {
    const rows = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ pagePath: `/${i}` })));
    const answer = await toGateway(new Response(rows, { headers: json }), 'rest', true);
    expect(answer).toEqual({ statusCode: 200, headers: json, body: rows, isBase64Encoded: false });
  });

  test('a page of rows passes whatever it is made of', async () => {
    // JSON of quotes and backslashes alone: nothing takes more room in a text.
    const rows = `"${'\\\\'.repeat(maxRestRowBytes / 2 - 1)}"`;
    const answer = await toGateway(new Response(rows, { headers: json }), 'rest', true);
    expect(answer).toMatchObject({ body: rows, isBase64Encoded: false });
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaBytes);
  });

  test('what is too long is refused, and gzip is not offered', async () => {
    const long = 'a,b\n'.repeat(2_000_000);
    const csv = { 'content-type': 'text/csv; charset=utf-8' };
    const quotes = '"'.repeat(maxRowBytes);
    for (const text of [long, quotes]) {
      const refused = toGateway(new Response(text, { headers: csv }), 'rest', true);
      await expect(refused).rejects.toMatchObject({
        fault: 'too-large',
        message: expect.not.stringContaining('gzip'),
      });
    }
  });

  test('a picture is base64, for REST APIs that have binary media types', async () => {
    const png = new Response(Buffer.from([0, 255]), { headers: { 'content-type': 'image/png' } });
    expect(await toGateway(png, 'rest', true)).toMatchObject({
      body: 'AP8=',
      isBase64Encoded: true,
    });
  });
});

test('what Lambda would not let through is refused with what to do', async () => {
  const binary = { 'content-type': 'application/octet-stream' };
  await expect(
    toGateway(new Response(randomBytes(maxAnswerBytes), { headers: binary }), 'http-2', true),
  ).rejects.toMatchObject({
    fault: 'too-large',
    message: expect.stringContaining('Accept-Encoding: gzip'),
  });
  const long = 'a,b\n'.repeat(2_000_000);
  const csv = { 'content-type': 'text/csv; charset=utf-8' };
  await expect(
    toGateway(new Response(long, { headers: csv }), 'http-2', false),
  ).rejects.toMatchObject({
    fault: 'too-large',
  });
  const zipped = await toGateway(new Response(long, { headers: csv }), 'http-2', true);
  expect(gunzipSync(Buffer.from(zipped.body, 'base64')).length).toBe(8_000_000);
});

test('an endless answer is given up', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)),
  });
  await expect(
    toGateway(new Response(endless, { headers: json }), 'http-2', true),
  ).rejects.toMatchObject({
    fault: 'too-large',
  });
});
