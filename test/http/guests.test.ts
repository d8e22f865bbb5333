import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** Plausible's guests of a site: https://plausible.io/docs/sites-api, as its clients call it. */

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
});
afterAll(() => app.close());

const path = '/api/v1/sites/guests';
const put = (body: object) =>
  app.get(path, {
    method: 'PUT',
    key: app.key,
    body: JSON.stringify({ site_id: 'a.test', ...body }),
  });
const listed = async () =>
  (await (await app.get(`${path}?site_id=a.test`, { key: app.key })).json()).guests;

test('a guest is invited, again with another role, and taken away', async () => {
  const invited = await (await put({ email: 'Guest@A.test', role: 'viewer' })).json();
  expect(invited).toMatchObject({ status: 'invited', email: 'guest@a.test', role: 'viewer' });
  expect(invited.url).toMatch(/\/sign-up#[\w-]{32}$/);
  await put({ email: 'guest@a.test', role: 'editor' });
  expect(await listed()).toEqual([{ email: 'guest@a.test', role: 'editor', status: 'invited' }]);
  const remove = () =>
    app.get(`${path}/guest%40a.test?site_id=a.test`, { method: 'DELETE', key: app.key });
  expect(await (await remove()).json()).toEqual({ deleted: true });
  expect(await listed()).toEqual([]);
  expect((await remove()).status).toBe(404);
});

test('what is wrong is named', async () => {
  for (const [body, field] of [
    [{ email: 'none', role: 'viewer' }, 'email'],
    [{ email: 'a@a.test', role: 'owner' }, 'role'],
    [{ role: 'viewer' }, 'email'],
  ] as const) {
    const answer = await put(body);
    expect([answer.status, (await answer.json()).field]).toEqual([400, field]);
  }
});
