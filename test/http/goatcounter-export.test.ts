import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chrome, longHomes, openRealApp } from '../support/real-app.ts';

const header =
  '2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,' +
  'Screen size,Location,FirstVisit,Date';

describe.each(longHomes)('%s', (home) => {
  test('exports are asked for, looked at and read, as GoatCounter’s clients do', async () => {
    let nowMs = Date.parse('2026-11-20T10:00:00.250Z');
    const app = await openRealApp({ clock: () => nowMs }, home);
    onTestFinished(() => app.close());
    const { key } = app;
    for (const domain of ['example.com', 'other.com'])
      await app.post('/api/v1/sites', { domain, timezone: 'UTC' }, { key });
    const send = (n: string, more: object = {}) =>
      app.post('/api/event', { n, u: 'https://example.com/a,b?utm_source=mail', ...more });
    const ask = async (path: string, init = {}) => {
      const answer = await app.get(`/api/v0/export${path}`, { key, ...init });
      return [answer.status, await answer.json()];
    };
    const make = (body?: object) =>
      ask('?site=example.com', { method: 'POST', body: body && JSON.stringify(body) });
    const rowsOf = async (id: number) => {
      const answer = await app.get(`/api/v0/export/${id}/download`, { key });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'application/gzip',
      ]);
      const [first, ...rows] = gunzipSync(await answer.arrayBuffer())
        .toString()
        .split('\n');
      expect([first, rows.pop()]).toEqual([header, '']);
      return rows.map((row) => row.replace(/,[0-9a-f]{16},/, ',VISITOR,'));
    };

    await send('pageview', { t: 'A "page"', r: 'https://news.example/x', w: 1400 });
    nowMs += 1_000;
    await send('Signup');
    nowMs += 11_000;
    await send('pageview', { u: 'https://example.com/' });
    const [status, state] = await make();
    expect([status, state]).toMatchObject([202, { start_from_hit_id: 0, error: null }]);
    expect(await ask(`/${state.id}`)).toEqual([200, state]);
    const browser = 'Chrome 130.0,Windows 10,VISITOR,0';
    const first = [
      `"/a,b","A ""page""",false,,${browser},news.example/x,h,,,true,2026-11-20T10:00:00Z`,
      `Signup,,true,,${browser},mail,c,,,false,2026-11-20T10:00:01Z`,
    ];
    expect(await rowsOf(state.id)).toEqual(first);

    // What came since then, and it is known that it is no first visit.
    nowMs += 20_000;
    const [, next] = await make({ start_from_hit_id: state.last_hit_id });
    expect(next.id).not.toBe(state.id);
    expect(await rowsOf(next.id)).toEqual([`/,,false,,${browser},,,,,false,2026-11-20T10:00:12Z`]);
    // The first one is the same as ever.
    expect(await rowsOf(state.id)).toEqual(first);

    expect((await make({ format: 'json' }))[0]).toBe(400);
    expect((await make({ start_from_hit_id: -1 }))[0]).toBe(400);
    for (const path of ['/1', '/x/download', `/${next.id}?site=other.com`])
      expect([path, (await ask(path))[0]]).toEqual([path, 404]);
    const stranger = await app.get(`/api/v0/export/${next.id}/download`, {
      headers: { 'User-Agent': chrome },
    });
    expect(stranger.status).toBe(401);
    // They are kept for a day.
    nowMs += 25 * 3_600_000;
    await make();
    expect((await ask(`/${next.id}`))[0]).toBe(404);
  });
});
