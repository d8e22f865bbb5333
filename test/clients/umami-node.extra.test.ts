import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

// `@umami/node`, from npm, unmodified: only the name of the host is ours. `.ci/run` installs it, by
// package.json beside this file.

const cache = new URL('../../node_modules/.cache/daybook-clients/', import.meta.url);

const website = '0f8fad5b-d9cb-469f-a165-70867728950e';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  const site = { domain: 'example.com', aliases: [website], open: true };
  await app.post('/api/v1/sites', site, { key: app.key });
});
afterAll(() => app.close());

test('events, pageviews and who somebody is: answered, and kept as from Umami’s script', async () => {
  const { Umami } = createRequire(cache)('@umami/node');
  const client = new Umami({ websiteId: website, hostUrl: app.url });
  for (const send of [
    () => client.track('Signup', { plan: 'pro' }),
    () => client.track({ url: '/server', hostname: 'example.com', title: 'Home' }),
    () => client.identify({ tier: 'gold' }),
  ]) {
    const answer = await send();
    expect([answer.status, await answer.json()]).toEqual([
      ...[200, expect.objectContaining({ sessionId: expect.any(String) })],
    ]);
  }
  const text = await (await app.get('/api/hits?site=example.com')).text();
  const hits = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(hits).toMatchObject([
    { name: 'Signup', page: '/', props: { plan: 'pro' } },
    { name: 'pageview', page: '/server', hostname: 'example.com', title: 'Home' },
  ]);
});
