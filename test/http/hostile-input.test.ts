import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** What the fuzz has found (`fuzz/`), each with its neighbours: a 400 that names the field. */
let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'h.test', open: true, default: true }, owner());
  await app.post('/analytics', { pathname: '/' });
});
afterAll(() => app.close());

const owner = () => ({ key: app.key });

const sites = '/api/v1/sites';
const jsonRoutes: readonly (readonly [method: string, path: string])[] = [
  ['POST', sites],
  ['PUT', `${sites}/h.test`],
  ['PUT', `${sites}/goals`],
  ['DELETE', `${sites}/goals/x`],
  ['POST', `${sites}/h.test/erasures`],
];

async function send(method: string, path: string, body: string, type?: string) {
  const headers = type === undefined ? {} : { 'Content-Type': type };
  const answer = await app.get(path, { ...owner(), method, body, headers });
  return { status: answer.status, ...(await answer.json()) };
}

describe.each(jsonRoutes)('%s %s', (method, path) => {
  test.each([
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=x', '{"domain":"a.test"}'],
    ['MULTIPART/FORM-DATA; boundary="', '--\r\n'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data\r\n\r\n'],
    ['multipart/form-data; boundary=x', ''],
    ['application/json', '{'],
    ['application/json', ''],
    ['application/json', '[]'],
    ['application/json', '{"domain":"\\ud800"}'],
    ['application/json', '{"page":"\\u0000"}'],
    ['application/x-www-form-urlencoded', 'page=%00'],
  ])('a body that is not what %s says is refused: %j', async (type, body) => {
    const { status, error, field } = await send(method, path, body, type);
    expect([status, error]).toEqual([400, expect.stringMatching(/^body: expected /)]);
    expect(field).toBe('body');
  });

  test('a file in place of a text is refused by the name of its field', async () => {
    const form = new FormData();
    form.set('domain', new Blob(['x.test']));
    const answer = await app.get(path, { ...owner(), method, body: form });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: 'domain: expected a text, got a file',
      field: 'domain',
    });
  });

  test('of a form in parts no more is read than of JSON', async () => {
    const type = 'multipart/form-data; boundary=x';
    expect(await send(method, path, 'x'.repeat(300_000), type)).toMatchObject({ status: 413 });
  });
});

test('a form in parts is taken', async () => {
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const body = `${part('domain', 'parts.test')}${part('week_starts', '7')}--x--\r\n`;
  expect(await send('POST', sites, body, 'multipart/form-data; boundary=x')).toMatchObject({
    ...{ status: 200, domain: 'parts.test', week_starts: 'sunday' },
  });
});

describe('a field __proto__ is an unknown field, not one that is overlooked', () => {
  test.each([
    ['POST', sites, '{"domain":"p.test","__proto__":{"open":true}}'],
    ['PUT', `${sites}/h.test`, '{"__proto__":1}'],
    [
      'PUT',
      `${sites}/goals`,
      '{"site_id":"h.test","goal_type":"page","page_path":"/","__proto__":1}',
    ],
    ['POST', `${sites}/h.test/erasures`, '{"page":"/x","__proto__":1}'],
    ['POST', `${sites}/h.test/erasures`, '{"page":"/x","constructor":1}'],
    ['POST', '/api/v2/query', '{"site_id":"h.test","__proto__":1}'],
    ['POST', '/api/v2/batch', '{"site_id":"h.test","queries":[],"__proto__":1}'],
  ])('%s %s %s', async (method, path, body) => {
    const { status, error } = await send(method, path, body);
    expect([status, error]).toEqual([400, expect.stringMatching(/__proto__|constructor/)]);
  });

  test('as a property of an event it is kept and reported as any other', async () => {
    const hit =
      '{"n":"Buy","u":"https://h.test/","d":"h.test","p":{"__proto__":"x","toString":"y"}}';
    expect((await app.post('/api/event', hit)).status).toBe(202);
    for (const [name, value] of [
      ['__proto__', 'x'],
      ['toString', 'y'],
    ]) {
      const query = { site_id: 'h.test', metrics: ['events'], date_range: 'day' };
      const dimensions = [`event:props:${name}`];
      const filters = [['is', 'event:name', ['Buy']]];
      const answer = await app.post('/api/v2/query', { ...query, dimensions, filters });
      expect((await answer.json()).results).toEqual([{ dimensions: [value], metrics: [1] }]);
    }
  });
});

describe('a setting of another type is refused', () => {
  test.each([
    ['week_starts', '{"toString":1}'],
    ['week_starts', '["monday"]'],
    ['shards', '[3]'],
    ['shards', '{"toString":1}'],
    ['keep_hits_days', '[[5]]'],
    ['keep_roll_ups_days', '{"toString":800}'],
  ])('%s: %s', async (name, value) => {
    const answer = await send('PUT', `${sites}/h.test`, `{"${name}":${value}}`);
    expect(answer).toMatchObject({ status: 400, field: name });
  });
});

describe('a day that no calendar has, or of a year that nobody has hits of', () => {
  const days = ['2026-02-30', '2026-13-01', '0000-00-00', '0001-01-01', '1969-12-31', '9999-12-31'];
  test.each(days)('%s is refused wherever a day is named', async (day) => {
    const key = `${day}/1771000000000/0123456789abcdef`;
    for (const [field, path] of [
      ['ExclusiveStartKey', `/analytics?ExclusiveStartKey=${key}`],
      ['ExclusiveStartKey', `/default/analytics?site=h.test&ExclusiveStartKey=${key}`],
      ['from', `/api/hits?from=${day}`],
      ['to', `/api/hits?to=${day}`],
      ['date', `/api/v1/stats/aggregate?site_id=h.test&period=day&date=${day}`],
      ['date', `/api/v1/stats/aggregate?site_id=h.test&period=custom&date=${day},${day}`],
    ] as const) {
      const answer = await app.get(path, owner());
      const { error, message } = await answer.json();
      expect([answer.status, error ?? message]).toEqual([
        400,
        expect.stringMatching(new RegExp(`^${field}: expected `)),
      ]);
    }
    for (const field of ['from', 'to']) {
      const answer = await send('POST', `${sites}/h.test/erasures`, `{"${field}":"${day}"}`);
      expect(answer).toMatchObject({ status: 400, field });
    }
    const query = { site_id: 'h.test', metrics: ['visitors'], date_range: [day, day] };
    const { error } = await send('POST', '/api/v2/query', JSON.stringify(query));
    expect(error).toMatch(/^date_range: expected /);
  });
});

test('what is quoted back of a long text is cut', async () => {
  const long = '('.repeat(3_000);
  for (const query of [`${long}=1`, `filters=${long}`, `period=${long}`, `date=${long}`]) {
    const answer = await app.get(`/api/v1/stats/timeseries?site_id=h.test&${query}`, owner());
    const { error } = (await answer.json()) as { error: string };
    expect(answer.status).toBe(400);
    expect(error).toContain('((((');
    expect(error.length).toBeLessThan(600);
  }
});
