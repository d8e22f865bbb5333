import { Hono } from 'hono';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { answerWithinMs, gatewayHandler } from './gateway.ts';

const log = pino({ level: 'silent' });
const event = (path: string, headers = {}) => ({
  version: '2.0',
  rawPath: path,
  headers,
  requestContext: {
    stage: '$default',
    domainName: 'd.example',
    http: { method: 'GET', sourceIp: '192.0.2.7' },
  },
});
const app = new Hono()
  .get('/address', (c) => c.json(c.env))
  .onError((_, c) => c.text('failed', 500))
  .get('/fails', () => {
    throw new Error('x');
  })
  .get('/long', (c) =>
    c.body('\u0000'.repeat(7_000_000), 200, { 'content-type': 'application/octet-stream' }),
  )
  .get('/never', () => new Promise<Response>(() => {}))
  .get('/text', (c) => c.text('y'.repeat(2_000)))
  .get('/moved', (c) => c.text(`moved ${c.req.query('a')}`));
const opened = { app, log, settle: async () => {} };

test('the app gets the request and the address', async () => {
  const handler = gatewayHandler(async () => opened);
  expect(await handler(event('/address'))).toMatchObject({
    statusCode: 200,
    body: '{"address":"192.0.2.7"}',
  });
});

test.each([
  ['gzip', true],
  ['deflate, gzip;q=0.5', true],
  ['gzip;q=0', false],
  ['identity', false],
])('Accept-Encoding: %s', async (accepted, zipped) => {
  const { headers } = await gatewayHandler(async () => opened)(
    event('/text', { 'accept-encoding': accepted }),
  );
  expect(headers['content-encoding']).toBe(zipped ? 'gzip' : undefined);
});

test('a method that is none is a 400, and changes nothing for later events', async () => {
  const handler = gatewayHandler(async () => opened);
  const hostile = { version: '1.0', path: '/address', httpMethod: '__proto__', requestContext: {} };
  expect(await handler(hostile)).toMatchObject({
    statusCode: 400,
    body: expect.stringContaining('method: expected one of GET'),
  });
  expect(await handler(event('/address'))).toMatchObject({ statusCode: 200 });
  expect(Object.keys(Object.getPrototypeOf({}))).toEqual([]);
});

test('what is no event, an answer that is too long', async () => {
  const handler = gatewayHandler(async () => opened);
  expect(await handler({ key1: 'value1' })).toMatchObject({ statusCode: 400 });
  expect(await handler(event('/long'))).toMatchObject({
    statusCode: 413,
    body: expect.stringContaining('6 MB'),
  });
});

test('what takes too long is answered before API Gateway does', async () => {
  vi.useFakeTimers();
  try {
    const answer = gatewayHandler(async () => opened)(event('/never'));
    await vi.advanceTimersByTimeAsync(answerWithinMs);
    expect(await answer).toMatchObject({
      statusCode: 503,
      body: expect.stringContaining('no answer within 27 s'),
    });
  } finally {
    vi.useRealTimers();
  }
});

test('a function with one path has it wherever its route lies', async () => {
  const handler = gatewayHandler(async () => opened, '/moved');
  expect(await handler({ ...event('/prod/anything'), rawQueryString: 'a=1' })).toMatchObject({
    body: 'moved 1',
  });
});

describe('opening', () => {
  test('begins when the module is loaded, and once', async () => {
    const open = vi.fn(async () => opened);
    const handler = gatewayHandler(open);
    expect(open).toHaveBeenCalledTimes(1);
    await Promise.all([handler(event('/address')), handler(event('/address'))]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  test('that fails is said, and tried again', async () => {
    let tries = 0;
    const handler = gatewayHandler(async () => {
      if (tries++ === 0) throw new Error('the table DeployHits does not exist');
      return opened;
    });
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const refused = await handler(event('/address'));
    expect(said).toHaveBeenCalledWith('daybook: the table DeployHits does not exist\n');
    said.mockRestore();
    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(await handler(event('/address'))).toMatchObject({ statusCode: 200 });
  });
});

test('settles after every event, and a failure of it does not reach the sender', async () => {
  const settle = vi.fn(() => Promise.reject(new Error('no')));
  const handler = gatewayHandler(async () => ({ app, log, settle }));
  for (const path of ['/address', '/fails', '/nowhere'])
    expect((await handler(event(path))).statusCode).toBeGreaterThanOrEqual(200);
  expect(settle).toHaveBeenCalledTimes(3);
});
