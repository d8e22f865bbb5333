import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAgent } from '../../src/collect/enrich/agent.ts';
import { robotName } from '../../src/collect/enrich/robot-name.ts';
import { robotKinds } from '../../src/model/robot-kinds.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'kept.test', robots: 'keep' }, { key: app.key });
});
afterAll(() => app.close());

const gptBot = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)';
const google = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const send = (userAgent: string, path: string, more: object = {}) =>
  app.post(
    '/api/event',
    { name: 'pageview', domain: 'kept.test', url: `https://kept.test${path}`, ...more },
    { headers: { 'User-Agent': userAgent } },
  );

async function report(query: object): Promise<unknown> {
  const asked = { site_id: 'kept.test', date_range: 'all', ...query };
  const answer = await app.post('/api/v2/query', asked, { key: app.key });
  expect(answer.status).toBe(200);
  return (await answer.json()).results.map(
    ({ dimensions, metrics }: { dimensions: string[]; metrics: number[] }) => [
      ...dimensions,
      ...metrics,
    ],
  );
}

test('robots that a site keeps are in reports of their own, by name, kind and page', async () => {
  await send(chrome, '/');
  await send(google, '/');
  await send(google, '/a');
  await send(gptBot, '/a');
  await send('SomethingBot/1.0', '/b');
  await send(chrome, '/', { referrer: 'https://semalt.com/' });
  const dropped = await send(google, '/', { name: 'engagement', sd: 50, e: 9_000 });
  expect(dropped.headers.get('x-plausible-dropped')).toBe('1');
  const metrics = ['pageviews'];
  const byName = { metrics, dimensions: ['event:robot'] };
  const byKind = { metrics, dimensions: ['event:robot_kind'] };
  const ofAi = [['is', 'event:robot_kind', ['AI training']]];
  const ofOthers = [['is', 'event:robot_kind', ['Other']]];
  for (const state of ['open', 'closed']) {
    if (state === 'closed') await app.closeDays();
    const people = { metrics: ['visitors', 'pageviews'], dimensions: ['event:page'] };
    expect(await report(people), state).toEqual([['/', 1, 1]]);
    expect(await report(byName), state).toEqual([
      ['Googlebot', 2],
      ['GPTBot', 1],
      ['Referrer spam', 1],
      ['SomethingBot', 1],
    ]);
    expect(await report(byKind), state).toEqual([
      ['Search engine', 2],
      ['AI training', 1],
      ['Other', 1],
      ['Referrer spam', 1],
    ]);
    const pages = { metrics, dimensions: ['event:page'] };
    expect(await report({ ...pages, filters: ofAi }), state).toEqual([['/a', 1]]);
    expect(await report({ ...pages, filters: ofOthers }), state).toEqual([['/b', 1]]);
  }
});

test('a site drops robots, unless its owner says otherwise', async () => {
  await app.post('/api/v1/sites', { domain: 'dropped.test' }, { key: app.key });
  const path = '/api/v1/sites/dropped.test';
  const site = await (await app.get(path, { key: app.key })).json();
  expect(site.robots).toBe('drop');
  const body = { name: 'pageview', domain: 'dropped.test', url: 'https://dropped.test/' };
  const answer = await app.post('/api/event', body, { headers: { 'User-Agent': google } });
  expect(answer.headers.get('x-plausible-dropped')).toBe('1');
});

test('of the agents that real browsers send, at most one in a thousand is taken for a robot', () => {
  const file = createRequire(import.meta.url).resolve('user-agents');
  const browsers: { userAgent: string }[] = JSON.parse(
    readFileSync(new URL('user-agents.json', pathToFileURL(file)), 'utf8'),
  );
  const agents = [...new Set(browsers.map(({ userAgent }) => userAgent))];
  expect(agents.length).toBeGreaterThan(500);
  const taken = agents.filter((agent) => readAgent(agent).bot);
  expect([taken.slice(0, 9), taken.length / agents.length <= 0.001]).toEqual([taken, true]);
});

test('of the agents that are known as crawlers, 98 % have a name of their own', async () => {
  const file = createRequire(import.meta.url).resolve('crawler-user-agents');
  const crawlers: { instances: string[] }[] = JSON.parse(readFileSync(file, 'utf8'));
  const agents = crawlers.flatMap(({ instances }) => instances);
  expect(agents.length).toBeGreaterThan(2_000);
  const noNames = /^(Mozilla|Robot|compatible|Chrome|Safari|bot|crawler|spider)$/i;
  const named = agents.filter(
    (agent) => readAgent(agent).bot && !noNames.test(robotName(agent)),
  ).length;
  expect(named / agents.length).toBeGreaterThan(0.98);
  const kinds = new Map(await robotKinds());
  const known = agents.filter((agent) => kinds.has(robotName(agent))).length;
  expect(known / agents.length).toBeGreaterThan(0.95);
});
