import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

type Step = {
  readonly step: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
};

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'example.com' }, { key: app.key });
});
afterAll(() => app.close());

test.each([
  [
    'plausible-npm',
    [
      ...['pageview /start', 'engagement /start', 'pageview /next', 'Signup /next'],
      ...['Purchase /next', 'Seen /next', 'Outbound Link: Click /next', 'File Download /next'],
      ...['Form: Submission /next', 'engagement /next'],
    ],
  ],
  [
    'plausible-tracker',
    [
      ...['pageview /start', 'pageview /next', 'pageview /next', 'Signup /next'],
      ...['pageview /next', 'Outbound Link: Click /next'],
    ],
  ],
])('%s, as it was recorded: answered as by its own product, and counted', async (client, kept) => {
  const file = new URL(`../fixtures/clients/${client}.ndjson`, import.meta.url);
  const steps = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);
  const shown = async () =>
    (await (await app.get('/api/hits?site=example.com', { key: app.key })).text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { name: string; page: string });
  const before = (await shown()).length;
  for (const { step, path, headers, body, answer } of steps) {
    const { status, text, dropped } = await send(path, headers, body);
    expect([status, text, dropped], step).toEqual([answer.status, answer.body, null]);
  }
  const hits = (await shown()).slice(before).map(({ name, page }) => `${name} ${page}`);
  expect(hits.sort()).toEqual([...kept].sort());
});

async function send(path: string, headers: Record<string, string>, body: string) {
  const answer = await fetch(app.url + path, {
    method: 'POST',
    headers: { ...headers, 'User-Agent': chrome },
    body,
  });
  const dropped = answer.headers.get('x-daybook-dropped');
  return { status: answer.status, text: await answer.text(), dropped };
}
