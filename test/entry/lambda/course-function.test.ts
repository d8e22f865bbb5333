import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecorder } from '../../support/lambda/recorder.ts';
import { openStack, type Stack } from '../../support/lambda/stack.ts';
import { chrome } from '../../support/real-app.ts';

// As in a course on AWS: one function for ANY /analytics, in a stage named default.
let stack: Stack;
beforeAll(async () => {
  stack = await openStack({ DAYBOOK_SITE: 'course.test' });
});
afterAll(() => stack?.close());

describe.each([
  ['1.0', false],
  ['1.0', true],
  ['2.0', false],
  ['2.0', true],
  ['REST', false],
] as const)('payload %s, every body as base64: %s', (payload, alwaysBase64) => {
  let url: string;
  const page = `/${payload}/${alwaysBase64}/ü`;
  const sent = {
    platform: 'MacIntel',
    language: 'en-US',
    userAgent: chrome,
    location: { latitude: 38.03, longitude: -78.5 },
  };
  // Long enough to be compressed for who takes that, as `fetch` does.
  const note = 'x'.repeat(2_000);
  beforeAll(async () => {
    const { fn } = stack;
    const route = (_: string, path: string) =>
      path === '/analytics'
        ? async (event: unknown) => (await fn('analytics')).invoke(event)
        : undefined;
    const gateway = await stack.gateway({ payload, alwaysBase64, stage: 'default', route });
    url = `${gateway.url}/default/analytics`;
  });

  test('a posted hit is given back as it was sent', async () => {
    const answer = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ pathname: page, ...sent, note }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const { Items, Count, ScannedCount } = (await (await fetch(url)).json()) as {
      Items: { pagePath: string }[];
      Count: number;
      ScannedCount: number;
    };
    expect([Count, ScannedCount]).toEqual([Items.length, Items.length]);
    expect(Items.filter(({ pagePath }) => pagePath === page)).toEqual([
      { pagePath: page, timestamp: expect.closeTo(Date.now() / 1_000, -1.5), ...sent, note },
    ]);
  });

  test.each([
    ['PUT', undefined, 400, 'expected GET or POST, got PUT'],
    ['DELETE', undefined, 400, 'expected GET or POST, got DELETE'],
    ['POST', '{', 400, 'expected a JSON object'],
    ['POST', '{"language":"en"}', 400, 'expected the path of the page'],
    ['POST', `{"pathname":"/","x":"${'y'.repeat(20_000)}"}`, 413, 'expected at most 16384 bytes'],
  ])('%s %s → %d', async (method, body, status, message) => {
    const answer = await fetch(url, { method, ...(body !== undefined && { body }) });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toEqual({ message: expect.stringContaining(message) });
  });

  test('a preflight', async () => {
    const headers = {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
      Origin: 'https://a.test',
    };
    const answer = await fetch(url, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type');
  });
});

test('the console’s own test event is answered with what was expected', async () => {
  const answer = await (await stack.fn('analytics')).invoke({ key1: 'value1' });
  expect(answer).toMatchObject({
    statusCode: 400,
    body: expect.stringContaining('expected an event of API Gateway'),
  });
});

test('of several copies that make the site at once, none drops a hit', async () => {
  const copies = 3;
  const eventsEach = 5;
  const event = (method: string, body?: string) => ({
    ...{ version: '2.0', rawPath: '/default/analytics', rawQueryString: 'site=new.test', body },
    requestContext: { stage: 'default', http: { method, sourceIp: '192.0.2.7' } },
  });
  // None may claim the domain before all have seen that it is free.
  const claiming = new Set<number>();
  let start = () => {};
  const allClaim = new Promise<void>((resolve) => {
    start = resolve;
  });
  const started = Array.from({ length: copies }, async (_, copy) => {
    const recorder = await openRecorder(stack.stores.dynamoUrl, async ({ action, body }) => {
      const { pk } = (body['Item'] ?? {}) as { pk?: { S: string } };
      if (action !== 'PutItem' || pk?.S !== 'domains') return;
      if (claiming.add(copy).size === copies) start();
      await allClaim;
    });
    const env = { DAYBOOK_SITE: 'new.test', AWS_ENDPOINT_URL_DYNAMODB: recorder.url };
    const fn = await stack.copy('analytics', env);
    const sending = Array.from({ length: eventsEach }, (_, n) =>
      fn.invoke(event('POST', JSON.stringify({ pathname: `/${copy}/${n}` }))),
    );
    return { fn, recorder, answers: await Promise.all(sending) };
  });
  const all = await Promise.all(started);
  for (const { fn, answers } of all) {
    expect(fn.log()).toBe('');
    for (const answer of answers) expect(answer).toMatchObject({ statusCode: 200 });
  }
  const read = (await all[0]!.fn.invoke(event('GET'))) as { body: string };
  expect(JSON.parse(read.body)).toMatchObject({ Count: copies * eventsEach });
  for (const { fn, recorder } of all) {
    await fn.end();
    await recorder.close();
  }
});
