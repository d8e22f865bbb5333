import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T09:40:20Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
    await send('/begin', 1, 'https://news.example/');
    nowMs += 40 * 60_000;
    await send('/old', 2);
    nowMs += 20 * 60_000;
    // A visit of 40 minutes ago goes on: its source is that of its first hit.
    nowMs -= 40 * 60_000;
    await send('/between', 1);
    nowMs += 20 * 60_000;
    await send('/between', 1);
    nowMs += 20 * 60_000;
    await send('/now', 1);
    await send('/now', 3);
    nowMs += 1_000;
    await send('/<b>', 3);
    nowMs += 59_000;
  });
  afterAll(() => app.close());

  function send(path: string, visitor: number, referrer?: string) {
    const headers = { 'User-Agent': `Mozilla/5.0 (X11; Linux x86_64) Firefox/13${visitor}.0` };
    const hit = { n: 'pageview', u: `https://a.test${path}`, d: 'a.test', r: referrer };
    return app.post('/api/event', hit, { headers });
  }

  const path = '/api/v1/sites/a.test/live';
  const ask = async () => (await app.get(path, { key: app.key })).json();
  const events = (text: string) =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!));

  test('visitors now, by minute, page, source and country, and the newest hits', async () => {
    const live = await ask();
    expect(live).toMatchObject({ now: '2026-11-20T10:41:20.000Z', current_visitors: 2 });
    expect(live.minutes).toHaveLength(30);
    expect(live.minutes[0].start).toBe('2026-11-20T10:12:00.000Z');
    expect(live.minutes.filter(({ visitors }: { visitors: number }) => visitors > 0)).toEqual([
      { start: '2026-11-20T10:20:00.000Z', visitors: 2, pageviews: 2 },
      { start: '2026-11-20T10:40:00.000Z', visitors: 2, pageviews: 3 },
    ]);
    expect(live.pages).toEqual([
      { value: '/now', visitors: 2 },
      { value: '/%3Cb%3E', visitors: 1 },
      { value: '/between', visitors: 1 },
      { value: '/old', visitors: 1 },
    ]);
    expect(live.sources).toEqual([
      { value: 'Direct / None', visitors: 2 },
      { value: 'news.example', visitors: 1 },
    ]);
    expect(live.countries).toEqual([{ value: '(not set)', visitors: 3 }]);
    expect(live.hits).toHaveLength(5);
    expect(live.hits[0]).toEqual({
      ...{ time: '2026-11-20T10:40:21.000Z', name: 'pageview', page: '/%3Cb%3E' },
      ...{ source: 'Direct / None', country: '(not set)', browser: 'Firefox' },
    });
  });

  test('it is computed once in a few seconds', async () => {
    const before = await ask();
    await send('/more', 4);
    nowMs += 1_000;
    expect(await ask()).toEqual(before);
    nowMs += 3_000;
    expect((await ask()).pages).toContainEqual({ value: '/more', visitors: 1 });
  });

  test('nobody else sees it, of an open site either', async () => {
    const init = { method: 'PUT', key: app.key, body: JSON.stringify({ open: true }) };
    expect((await app.get('/api/v1/sites/a.test', init)).status).toBe(200);
    for (const of of [path, `${path}/stream`]) expect((await app.get(of)).status).toBe(401);
  });

  if (homeName === 'aws') {
    test('there are no streams where each look is paid for', async () => {
      const answer = await app.get(`${path}/stream`, { key: app.key });
      expect([answer.status, (await answer.json()).error]).toEqual([
        404,
        'there are no streams here: ask for /live every few seconds',
      ]);
    });
    return;
  }

  const stream = async (headers: Record<string, string>, key?: string) =>
    app.get(`${path}/stream`, {
      ...(key !== undefined && { key }),
      headers: { Accept: 'text/event-stream', 'Accept-Encoding': 'br, gzip', ...headers },
    });

  test('a stream says what has changed, uncompressed, and one event to who reads none', async () => {
    const once = await app.get(`${path}/stream`, { key: app.key });
    expect(events(await once.text())).toHaveLength(1);

    const { headers, body } = await stream({}, app.key);
    expect([headers.get('content-type'), headers.get('content-encoding')]).toEqual([
      'text/event-stream',
      null,
    ]);
    expect(headers.get('cache-control')).toContain('no-transform');
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(events((await reader.read()).value!)).toHaveLength(1);
    nowMs += 3_000;
    await send('/streamed', 5);
    const [changed] = events((await reader.read()).value!);
    expect(changed.hits[0].page).toBe('/streamed');
    await reader.cancel();
  });

  test('a stream ends with the session, and with the server', async () => {
    const signIn = await app.post('/api/session', { key: app.key });
    const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const ofSession = await stream({ Cookie: cookie });
    const ofKey = await stream({}, app.key);
    await app.get('/api/session', { method: 'DELETE', headers: { Cookie: cookie } });
    expect(events(await ofSession.text())).toHaveLength(1);
    await app.restart();
    expect(events(await ofKey.text())).toHaveLength(1);
  });
});
