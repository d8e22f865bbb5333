import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressed, encodingFor } from './compress.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['gzip; q=0', undefined],
  ['identity', undefined],
  ['*', 'br'],
  ['*;q=0, gzip', 'gzip'],
  ['br;q=x', undefined],
])('a sender of Accept-Encoding %j gets %j', (header, encoding) => {
  expect(encodingFor(header)).toBe(encoding);
});

const long = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ page: `/${i}` })));

function ask(
  answer: Response,
  { method = 'GET', path = '/', accepts = 'gzip' }: Record<string, string> = {},
): Promise<Response> | Response {
  const headers = { 'Accept-Encoding': accepts };
  const request = new Request(`http://localhost${path}`, { method, headers });
  return compressed((_: Request) => answer)(request);
}

const json = (body: string | ReadableStream, headers = {}) =>
  new Response(body, { headers: { 'Content-Type': 'application/json', ...headers } });

describe('a long text', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('as %s, is the same text', async (accepts, decompress) => {
    const answer = await ask(json(long), { accepts });
    expect(answer.headers.get('content-encoding')).toBe(accepts);
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.length).toBeLessThan(long.length / 4);
    expect(decompress(bytes).toString()).toBe(long);
  });

  test('stays as it is for others, and says that it could differ', async () => {
    const answer = await ask(json(long), { accepts: 'identity' });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    expect(await answer.text()).toBe(long);
  });
});

test.each<[string, Response, Record<string, string>]>([
  ['short', json('{"ok":true}'), {}],
  ['empty', new Response(null, { status: 204 }), {}],
  ['an image', new Response(long, { headers: { 'Content-Type': 'image/png' } }), {}],
  ['compressed already', json(long, { 'Content-Encoding': 'br' }), {}],
  ['of a posted hit', json(long), { method: 'POST', path: '/api/event' }],
])('an answer that is %s stays as it is', async (_, answer, request) => {
  const [before, status] = [answer.headers.get('content-encoding'), answer.status];
  const text = await answer.clone().text();
  const given = await ask(answer, request);
  expect([given.status, given.headers.get('content-encoding')]).toEqual([status, before]);
  expect(await given.text()).toBe(text);
});

test('an answer that ends with an error is cut, compressed or not', async () => {
  for (const accepts of ['gzip', 'identity']) {
    let n = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (n++ < 40) controller.enqueue(Buffer.from(long));
        else controller.error(new Error('the file is gone'));
      },
    });
    const answer = await ask(json(body), { accepts });
    await expect(answer.arrayBuffer()).rejects.toThrow();
  }
});

test('who reads no further ends the source', async () => {
  let canceled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.from(long)),
    cancel: () => {
      canceled = true;
    },
  });
  const answer = await ask(json(body));
  await answer.body!.cancel();
  await expect.poll(() => canceled).toBe(true);
});
