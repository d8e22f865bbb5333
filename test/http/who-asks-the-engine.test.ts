import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { World } from '../../src/http/world.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import type { Reports } from '../../src/report/engine.ts';
import type { Standing } from '../../src/report/query/limits.ts';

/** Whoever is not the owner reaches the engine as a stranger, whatever the route. */
const asked: unknown[] = [];
const answer = {
  results: [{ dimensions: ['/'], metrics: [1] }],
  meta: { time_labels: ['2026-11-22'] },
  query: {},
};
/** Writes down who asks. */
const as = <T>(role: Standing, given: T): T => {
  asked.push(role);
  return given;
};
const engine: Reports = {
  query: async (_site, _body, role) => as(role, answer),
  batch: async (_site, _bodies, role) => as(role, [answer]),
  sums: async (_site, _bodies, role) => as(role, [answer]),
  realtime: async (_site, role) => as(role, 1),
  look: async (_site, _name, _asked, role) => as(role, {} as never),
  hits: async (_site, _query, role) => as(role, { hits: [] }),
  hitsAmong: async () => [],
  close: () => {},
};
const site = { id: 'opentest0000', domain: 'open.test', zones: zonesFrom('UTC', 0), open: true };
const app = createApp({
  sites: { find: async () => site, findDefault: async () => site },
  owner: { isKey: async (key: string) => key === 'right' },
  sessions: { of: async (token: string) => (token === 'right' ? {} : undefined) },
  engine: async () => engine,
  pages: new Map(),
  clock: Date.now,
  log: pino({ level: 'silent' }),
} as unknown as World);

const query = { site_id: 'open.test', metrics: ['visitors'], date_range: 'day' };
const v1 = '/api/v1/stats';

test.each<[string, object?]>([
  ['/api/v2/query', query],
  ['/api/v2/batch', { site_id: 'open.test', queries: [query] }],
  [`${v1}/realtime/visitors?site_id=open.test`],
  [`${v1}/aggregate?site_id=open.test`],
  [`${v1}/timeseries?site_id=open.test`],
  [`${v1}/breakdown?site_id=open.test&property=event:page`],
  ['/api/hits?site=open.test'],
  ['/api/hits?site=open.test&format=csv'],
  ['/analytics?site=open.test'],
])('%s', async (path, body) => {
  const ask = async (headers: Record<string, string>) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const { status } = await app.request(path, { ...init, headers });
    return [status, asked.pop(), asked.length];
  };
  expect(await ask({})).toEqual([200, 'stranger', 0]);
  expect(await ask({ Authorization: 'Bearer wrong' })).toEqual([200, 'stranger', 0]);
  expect(await ask({ Cookie: 'daybook_session=wrong' })).toEqual([200, 'stranger', 0]);
  expect(await ask({ Authorization: 'Bearer right' })).toEqual([200, 'owner', 0]);
  expect(await ask({ Cookie: 'daybook_session=right' })).toEqual([200, 'owner', 0]);
});
