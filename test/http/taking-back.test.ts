import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');

/** What an owner removes by the API. */
describe.each(longHomes)('removing by the API on %s', (homeName) => {
  let app: RealApp;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = startMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: 'kept.test', open: true }, owner());
    for (const page of ['/', '/secret'])
      await app.post('/api/event', {
        n: 'pageview',
        u: `https://kept.test${page}`,
        d: 'kept.test',
      });
    nowMs += 3 * dayMs;
    await app.closeDays();
  });
  afterEach(() => app.close());

  const owner = () => ({ key: app.key });
  const send = async (method: string, path: string, body?: object) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await app.get(path, { method, ...init, ...owner() });
    return { status: answer.status, body: await answer.json() };
  };
  const site = '/api/v1/sites/kept.test';
  const pages = async () => {
    const lines = await (await app.get('/api/hits?site=kept.test&format=ndjson')).text();
    const hits = lines.trim().split('\n').filter(Boolean);
    return hits.map((line) => (JSON.parse(line) as { page: string }).page).sort();
  };
  const removals = async () => (await send('GET', '/api/v1/removals')).body.removals;
  const restore = (id: string) => send('POST', `/api/v1/removals/${id}/restore`);
  const inADay = () => new Date(nowMs + dayMs).toISOString();

  test('what a setting prunes can be taken back, and the list says until when', async () => {
    const changed = await send('PUT', site, { keep_hits_days: 1 });
    expect(changed.status).toBe(200);
    // The day is small: its sums are made before its hits go, in the next pass.
    expect(changed.body).not.toHaveProperty('pruned');
    await app.closeDays();
    expect(await pages()).toEqual([]);
    const [{ id, destroyed, kind }] = await removals();
    expect({ kind, destroyed }).toEqual({ kind: 'pruned', destroyed: inADay() });
    expect(await restore(id)).toMatchObject({
      status: 200,
      body: { restored: true, site: 'kept.test' },
    });
    expect(await pages()).toEqual(['/', '/secret']);
    expect((await send('GET', site)).body).toMatchObject({ keep_hits_days: 'forever' });
  });

  test('an erasure says when it is destroyed; later it cannot be taken back', async () => {
    const erase = (more = {}) => send('POST', `${site}/erasures`, { page: '/secret', ...more });
    const first = await erase();
    expect(first).toMatchObject({ status: 202, body: { destroyed: inADay() } });
    expect(first.body.erasing).toEqual({ days: 1, seconds: 1, still_counted: 0 });
    expect(await pages()).toEqual(['/']);
    expect(await pages()).toEqual(['/']);
    expect((await restore(first.body.id)).status).toBe(200);
    await app.closeDays();
    expect(await pages()).toEqual(['/', '/secret']);
    const second = await erase();
    nowMs += dayMs + hourMs;
    await app.closeDays();
    expect(await restore(second.body.id)).toMatchObject({ status: 404 });
    expect(await pages()).toEqual(['/']);
    const { body } = await erase({ now: true });
    expect(body.destroyed).toBe(body.made);
    expect(await removals()).toEqual([]);
  });

  test('a deleted site comes back; with now it does not; strangers see nothing', async () => {
    const deleted = await send('DELETE', site);
    expect(deleted).toMatchObject({ status: 200, body: { deleted: true, destroyed: inADay() } });
    expect((await send('GET', site)).status).toBe(404);
    const id: string = deleted.body.removal;
    expect((await app.get('/api/v1/removals')).status).toBe(401);
    expect((await app.post(`/api/v1/removals/${id}/restore`, {})).status).toBe(401);
    expect((await restore(id)).status).toBe(200);
    expect(await pages()).toEqual(['/', '/secret']);
    expect((await send('DELETE', `${site}?now=true`)).body).toMatchObject({ deleted: true });
    expect(await removals()).toEqual([]);
    expect((await restore(id)).status).toBe(404);
  });
});
