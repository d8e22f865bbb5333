import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
});
afterAll(() => app.close());

const path = '/api/v1/sites/custom-props';

async function named(): Promise<string[]> {
  const answer = await app.get(`${path}?site_id=a.test`, { key: app.key });
  const { custom_props } = await answer.json();
  return custom_props.map(({ property }: { property: string }) => property);
}

test('properties are named once, and named no longer', async () => {
  const put = (body: object) => app.post(path, body, { method: 'PUT', key: app.key });
  for (const property of ['plan', 'author', 'plan']) {
    const answer = await put({ site_id: 'a.test', property });
    expect([answer.status, await answer.json()]).toEqual([200, { created: true }]);
  }
  const form = new URLSearchParams({ site_id: 'a.test', property: 'sent as a form' });
  expect((await put({ site_id: 'a.test', property: 'a,b' })).status).toBe(400);
  expect((await put({ site_id: 'nowhere.test', property: 'plan' })).status).toBe(404);
  expect((await put({ site_id: 'a.test' })).status).toBe(400);
  const sent = await app.get(path, { method: 'PUT', key: app.key, body: form });
  expect(sent.status).toBe(200);
  expect(await named()).toEqual(['plan', 'author', 'sent as a form']);
  const away = await app.get(`${path}/plan?site_id=a.test`, { method: 'DELETE', key: app.key });
  expect([away.status, await away.json()]).toEqual([200, { deleted: true }]);
  expect(await named()).toEqual(['author', 'sent as a form']);
});
