import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../src/lib/clock.ts';
import { type Answer, chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const address = '2001:db8:1:2::7';

describe.each(longHomes)('whose hits somebody asks for, on %s', (home) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, home);
    await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
  });
  afterAll(() => app.close());

  const send = async (page: string, from: string) => {
    const answer = await app.post(
      '/api/event',
      { n: 'pageview', u: `https://a.test${page}`, d: 'a.test' },
      { key: app.key, headers: { 'User-Agent': chrome, 'X-Forwarded-For': from } },
    );
    expect(answer.status).toBe(202);
  };

  const passPath = '/api/v1/sites/a.test/visitor-pass';

  async function ask(body: object): Promise<Answer> {
    const { pass } = await (await app.post(passPath, {}, { key: app.key })).json();
    return app.post('/api/v1/visitors', { pass, ...body });
  }

  const visitorsOf = async (from: string, user_agent = chrome) => {
    const { visitors } = await (await ask({ address: from, user_agent })).json();
    return visitors as { day: string; visitor: string; until: string }[];
  };

  const hitsOf = (visitors: readonly { visitor: string }[], format = 'ndjson') =>
    app.get(
      `/api/hits?site=a.test&format=${format}&visitor=${visitors.map((one) => one.visitor)}`,
      { key: app.key },
    );

  const pagesOf = async (visitors: readonly { visitor: string }[]) =>
    (await (await hitsOf(visitors)).text())
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { page: string }).page);

  test('the hits of the days whose salts exist, of open and of closed days', async () => {
    await send('/first', address);
    await send('/other', '192.0.2.9');
    nowMs += dayMs;
    await app.closeDays();
    // The same network: a browser changes the rest of its address at will.
    await send('/second', '2001:db8:1:2:ffff::1');
    const found = await visitorsOf(address);
    expect(found.map(({ day, until }) => [day, until])).toEqual([
      ['2026-11-20', '2026-11-23T00:00:00.000Z'],
      ['2026-11-21', '2026-11-24T00:00:00.000Z'],
    ]);
    expect(await pagesOf(found)).toEqual(['/first', '/second']);
    expect(await pagesOf(await visitorsOf('192.0.2.9'))).toEqual(['/other']);
    expect(await pagesOf(await visitorsOf(address, 'another agent'))).toEqual([]);
    const csv = await (await hitsOf(found, 'csv')).text();
    expect(csv.trim().split('\r\n')).toHaveLength(3);
  });

  test('exactly these are erased, on open and on closed days', async () => {
    const found = await visitorsOf(address);
    const asked = {
      ...{ visitor: found.map(({ visitor }) => visitor) },
      ...{ from: found[0]!.day, to: found.at(-1)!.day },
    };
    const erase = (body: object) =>
      app.post('/api/v1/sites/a.test/erasures', body, { key: app.key });
    expect((await erase({ visitor: 'no id' })).status).toBe(400);
    const made = await (await erase(asked)).json();
    expect(made).toMatchObject({ visitor: asked.visitor });
    expect(await pagesOf(found)).toEqual([]);
    expect(await pagesOf(await visitorsOf('192.0.2.9'))).toEqual(['/other']);
    await app.closeDays();
    expect(await pagesOf(found)).toEqual([]);
    await app.post(`/api/v1/removals/${made.id}/restore`, {}, { key: app.key });
    expect(await pagesOf(found)).toEqual(['/first', '/second']);
  });

  test('only the owner, and only with an address and a user agent', async () => {
    expect((await app.post(passPath, {})).status).toBe(401);
    const { pass } = await (await app.post(passPath, {}, { key: app.key })).json();
    const asks = async (by: string) =>
      (await app.post('/api/v1/visitors', { pass: by, address, user_agent: chrome })).status;
    const [site, seconds, code] = pass.split('.');
    expect(await asks(pass)).toBe(200);
    expect(await asks(`${site}.${Number(seconds) + 1}.${code}`)).toBe(401);
    expect(await asks(`abcdefghijkl.${seconds}.${code}`)).toBe(401);
    nowMs += 6 * minuteMs;
    expect(await asks(pass)).toBe(401);
    const refused = await ask({ address: 'secret-address', user_agent: chrome });
    const problem = await refused.json();
    expect([refused.status, problem.field]).toEqual([400, 'address']);
    expect(JSON.stringify(problem)).not.toContain('secret-address');
    expect((await ask({ address, user_agent: ' ' })).status).toBe(400);
    expect((await ask({ address })).status).toBe(400);
    const open = await app.get('/api/hits?site=a.test&visitor=0123456789abcdef');
    expect(open.status).toBe(401);
    const bad = await app.get('/api/hits?site=a.test&visitor=x', { key: app.key });
    expect(bad.status).toBe(400);
  });

  test('nothing once the salts are gone', async () => {
    nowMs = Date.parse('2026-11-23T00:00:00Z');
    expect((await visitorsOf(address)).map(({ day }) => day)).toEqual(['2026-11-21']);
    nowMs += dayMs + hourMs;
    expect(await visitorsOf(address)).toEqual([]);
  });
});
