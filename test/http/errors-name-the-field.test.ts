import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** A 400 says which field was refused, and what was expected of it: `{ "error", "field" }`. */
let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'a.test', default: true }, { key: app.key });
});
afterAll(() => app.close());

const query = { site_id: 'a.test', metrics: ['visitors'], date_range: 'day' };

test.each([
  ['GET /api/hits?from=soon', undefined, 'from'],
  ['GET /api/hits?from=2026-11-22&to=2026-11-21', undefined, 'to'],
  ['GET /api/v1/stats/breakdown?property=nothing', undefined, 'property'],
  ['GET /api/v1/stats/aggregate?period=ages', undefined, 'period'],
  ['POST /api/v2/query', { ...query, metrics: ['luck'] }, 'metrics[0]'],
  ['POST /api/v2/batch', { site_id: 'a.test', queries: [], more: 1 }, 'more'],
  [
    'POST /api/v2/batch',
    { site_id: 'a.test', queries: [{ ...query, site_id: 'b.test' }] },
    'queries[0].site_id',
  ],
  ['POST /api/session', {}, 'key'],
  ['PUT /api/v1/sites/goals', { site_id: 'a.test', goal_type: 'event' }, 'event_name'],
  ['PUT /api/v1/sites/goals', { site_id: 'a.test', goal_type: 'luck' }, 'goal_type'],
  ['DELETE /api/v1/sites/goals/none', {}, 'site_id'],
  ['POST /api/v1/sites', {}, 'domain'],
  ['PUT /api/v1/sites/a.test', { timezone: 'Mars' }, 'timezone'],
  ['POST /api/v1/sites/a.test/erasures', { from: 'soon' }, 'from'],
  ['POST /api/v1/sites/a.test/erasures', [], 'body'],
])('%s %j: %s', async (asked, body, field) => {
  const [method, path] = asked.split(' ');
  const answer = await app.get(path!, {
    ...{ method: method!, key: app.key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(400);
  const said = await answer.json();
  expect(said).toEqual({ error: expect.stringContaining(field), field });
});
