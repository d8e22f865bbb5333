import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

/** What a reader copies from `/docs/api` works as it stands, one example after the other. */
let app: RealApp;
let examples: readonly string[];
const secrets = new Map<string, string>();
beforeAll(async () => {
  app = await openRealApp();
  const site = { domain: 'example.com', timezone: 'Europe/Berlin' };
  expect((await app.post('/api/v1/sites', site, { key: app.key })).status).toBe(200);
  for (const [name, link] of Object.entries({ open: {}, locked: { password: 'plum tree' } })) {
    const path = '/api/v1/sites/example.com/shared-links';
    const made = await app.post(path, { name, ...link }, { key: app.key });
    secrets.set(name, (await made.json()).secret);
  }
  const page = await (await app.get('/docs/api')).text();
  examples = [...page.matchAll(/<pre>(.*?)<\/pre>/gs)]
    .map(([, text]) => plain(text!))
    .filter((example) => !isOfSomebody.test(example));
});
afterAll(() => app.close());

/** Which take a person, not a key: `test/account/signing-in.test.ts` tries them. */
const isOfSomebody = /DAYBOOK\/api\/(v1\/me|session\/(pass|openid|invitation|sign-up))/;

const plain = (text: string) =>
  text
    .replace(
      /&(quot|#39|gt|lt);/g,
      (_, name: string) => ({ quot: '"', gt: '>', lt: '<' })[name] ?? "'",
    )
    .replaceAll('&amp;', '&');

/** What a shell and curl make of an example. */
async function run(example: string, id: string) {
  const [, method = 'GET', path, rest] =
    /^curl(?: -X (\w+))? "\$DAYBOOK([^"]*)"(.*)$/s.exec(example) ?? [];
  // A password is given where there is one.
  const secret = secrets.get(method === 'POST' && path === '/api/shared' ? 'locked' : 'open')!;
  const headers = [...rest!.matchAll(/-H "([^:]+): ([^"]*)"/g)];
  const body = /-d '(.*)'$/s
    .exec(rest!)?.[1]
    ?.replace(`'"$KEY"'`, app.key)
    .replace(`'"$PASS"'`, secrets.get('pass')!);
  return app.get(path!.replace('/ID', `/${id}`).replace('$SECRET', secret), {
    method,
    headers: {
      'User-Agent': chrome,
      ...Object.fromEntries(
        headers.map(([, name, value]) => [
          name!,
          value!.replace('$KEY', app.key).replace('$SECRET', secret),
        ]),
      ),
    },
    ...(body !== undefined && { body }),
  });
}

const kindOf = (example: string) =>
  /DAYBOOK[^"]*\/(goals|segments|annotations|shared-links|visits|invitations|keys|export)\b/.exec(
    example,
  )?.[1] ?? '';

test('every example of the page is answered with 2xx', async () => {
  expect(examples.length).toBeGreaterThan(25);
  /** The ids of what was made, by what it is. */
  const made = new Map<string, string>();
  let removal = '';
  // What is removed and taken back comes after what removes it.
  /** These are for people, who show themselves otherwise: `test/account/signing-in.test.ts`. */
  const isOfPeople = (example: string) =>
    /own-segments|\/notifications|\/api\/v1\/(me|people\/ID)|\/api\/session\/|\/guests\//.test(
      example,
    );
  const isLast = (example: string) => example.includes('/restore');
  const ordered = [
    ...examples.filter((one) => !isLast(one)),
    ...examples.filter((one) => isLast(one)),
  ].filter((one) => !isOfPeople(one));
  for (const example of ordered) {
    if (/-X POST "\$DAYBOOK\/api\/v1\/sites" /.test(example))
      await app.get('/api/v1/sites/example.com?now=true', { method: 'DELETE', key: app.key });
    const answer = await run(example, made.get(kindOf(example)) ?? removal);
    const text = await answer.text();
    expect([example, answer.status < 300 ? '2xx' : `${answer.status} ${text}`]).toEqual([
      example,
      '2xx',
    ]);
    if (/-X (PUT|POST)/.test(example) && kindOf(example) !== '')
      made.set(kindOf(example), JSON.parse(text).id);
    if (example.includes('/visitor-pass"')) secrets.set('pass', JSON.parse(text).pass);
    if (example.includes('/visits"')) made.set('visits', JSON.parse(text).visits[0].id);
    if (example.includes('-X DELETE')) removal = JSON.parse(text).removal ?? removal;
  }
});
