import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

/** Who has a link sees what it shows, as long as it is there, and nothing else. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    const key = app.key;
    for (const domain of ['a.test', 'b.test'])
      await app.post('/api/v1/sites', { domain, timezone: 'Europe/Berlin' }, { key });
    await app.post('/api/v1/sites', { domain: 'public.test', public: true }, { key });
    const goal = { site_id: 'a.test', goal_type: 'event', event_name: 'Signup' };
    await app.post('/api/v1/sites/goals', goal, { key, method: 'PUT' });
    for (const domain of ['a.test', 'b.test', 'public.test'])
      for (const [page, visitors] of [
        ['/blog/a', 3],
        ['/blog/b', 1],
        ['/secret', 4],
      ] as const)
        for (let visitor = 0; visitor < visitors; visitor++) {
          nowMs += 1_000;
          const hit = { n: 'pageview', u: `https://${domain}${page}`, d: domain };
          const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:1${visitor}0.0) Firefox/1${visitor}0.0`;
          await app.post('/api/event', hit, { headers: { 'User-Agent': agent } });
        }
  });
  afterAll(() => app.close());

  async function sendEvent(visitor: number, name: string) {
    const hit = { n: name, u: 'https://a.test/secret', d: 'a.test', p: { plan: 'a' } };
    const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:1${visitor}0.0) Firefox/1${visitor}0.0`;
    await app.post('/api/event', hit, { headers: { 'User-Agent': agent } });
  }

  const path = '/api/v1/sites/a.test/shared-links';
  let made = 0;

  async function link(more: object = {}) {
    const answer = await app.post(path, { name: `Link ${made++}`, ...more }, { key: app.key });
    const shown = await answer.json();
    expect([answer.status, shown.error]).toEqual([200, undefined]);
    return shown as { readonly id: string; readonly secret: string; readonly url: string };
  }

  const change = async (id: string, fields: object) => {
    const init = { key: app.key, method: 'PUT' };
    expect((await app.post(`${path}/${id}`, fields, init)).status).toBe(200);
  };

  const by = (secret: string) => ({ headers: { 'Daybook-Link': secret } });

  async function ask(secret: string, query: object = {}, site = 'a.test') {
    const common = {
      site_id: site,
      metrics: ['visitors'],
      date_range: ['2026-11-20', '2026-11-20'],
    };
    const answer = await app.post('/api/v2/query', { ...common, ...query }, by(secret));
    const { results, error } = await answer.json();
    return error === undefined
      ? results.map((row: { dimensions: string[]; metrics: unknown[] }) => [
          ...row.dimensions,
          ...row.metrics,
        ])
      : [answer.status, error];
  }

  const gone = [404, 'this link does not exist, or has ended: ask who gave it to you'];
  const blog = [['contains', 'event:page', ['/blog/']]];
  const byPage = { dimensions: ['event:page'] };

  test('its secret is shown once, and stored nowhere', async () => {
    const { secret, url, id } = await link({ name: 'Once' });
    expect(url).toBe(`${app.url.replace('localhost', '127.0.0.1')}/share/${secret}`);
    const kept = await (await app.get(path, { key: app.key })).text();
    expect(kept).toContain(id);
    expect(kept).not.toContain(secret);
    expect((await app.dump()).includes(secret)).toBe(false);
    expect((await app.post(path, { name: 'Once' }, { key: app.key })).status).toBe(409);
  });

  test('it shows its site’s reports, and no other’s', async () => {
    const { secret } = await link();
    expect(await ask(secret)).toEqual([[4]]);
    const batch = { site_id: 'a.test', queries: [{ metrics: ['visitors'], date_range: 'all' }] };
    expect((await app.post('/api/v2/batch', batch, by(secret))).status).toBe(200);
    const now = '/api/v1/stats/realtime/visitors';
    expect(await (await app.get(now, by(secret))).json()).toBe(4);
    for (const other of ['b.test', 'none.test', 'public.test', '*'])
      expect([other, (await ask(secret, {}, other))[0]]).toEqual([other, 401]);
    expect((await app.get(`${now}?site_id=b.test`, by(secret))).status).toBe(401);
    const { domain, timezone } = await (await app.get('/api/shared', by(secret))).json();
    expect([domain, timezone]).toEqual(['a.test', 'Europe/Berlin']);
  });

  test.each<[string, object, unknown]>([
    ['none', {}, [[4]]],
    ['the same dimension', { filters: [['is', 'event:page', ['/secret']]] }, [[0]]],
    ['an alternative', { filters: [['or', [['is', 'event:page', ['/secret']], blog[0]]]] }, [[3]]],
    ['a negation', { filters: [['not', blog[0]]] }, [[0]]],
    [
      'rows',
      byPage,
      [
        ['/blog/a', 3],
        ['/blog/b', 1],
      ],
    ],
  ])('its filters hold, whatever others are sent: %s', async (_, query, expected) => {
    const { secret } = await link({ filters: blog });
    const shown = query === byPage || 'filters' in query ? expected : [[3]];
    expect(await ask(secret, query)).toEqual(shown);
  });

  test('nor does a goal show what a property leaves out', async () => {
    await sendEvent(0, 'Signup');
    await sendEvent(1, 'Look');
    const metrics = ['visitors', 'conversion_rate'];
    const query = { metrics, filters: [['is', 'event:goal', ['Signup']]] };
    const plan = [['is', 'event:props:plan', ['a']]];
    const { secret } = await link({ filters: plan });
    expect(await ask(secret, query)).toEqual([[1, 50]]);
    // As its owner sees it, where the goal is a part of what is shown.
    const whole = await link({ filters: [...plan, ...query.filters] });
    expect(await ask(whole.secret, { metrics })).toEqual([[1, 25]]);
  });

  test('a segment that it is fixed to is the segment’s present filters', async () => {
    const key = app.key;
    const segments = '/api/v1/sites/a.test/segments';
    const { id } = await (
      await app.post(segments, { name: 'Blog', filters: blog }, { key })
    ).json();
    const { secret } = await link({ filters: [['is', 'segment', [id]]] });
    expect(await ask(secret, byPage)).toHaveLength(2);
    const shared = await (await app.get('/api/shared', by(secret))).json();
    expect(shared.filters).toEqual([['is', 'segment', ['Blog']]]);
    // Segments are the owner's: not even their names are told.
    const named = await ask(secret, { filters: [['is', 'segment', ['0']]] });
    expect(named).toEqual([400, expect.stringContaining('no segment: the site has none')]);
    await app.get(`${segments}/${id}`, { key, method: 'DELETE' });
    expect(await ask(secret)).toEqual([404, 'what this link shows is there no longer']);
  });

  test('small numbers are hidden: rows, totals, and those now', async () => {
    const { secret } = await link({ hide_below: 3 });
    expect(await ask(secret, byPage)).toEqual([
      ['/secret', 4],
      ['/blog/a', 3],
    ]);
    // Whatever of a row is asked for, and however it is sorted and counted.
    const views = { ...byPage, metrics: ['pageviews'], order_by: [['pageviews', 'asc']] };
    expect(await ask(secret, views)).toHaveLength(2);
    const entries = { metrics: ['bounce_rate'], dimensions: ['visit:entry_page'] };
    expect(await ask(secret, entries)).toEqual([['/blog/a', 0]]);
    const b = [['is', 'event:page', ['/blog/b']]];
    expect(await ask(secret, { filters: b, metrics: ['visitors', 'pageviews'] })).toEqual([
      [null, null],
    ]);
    expect(await ask(secret, { dimensions: ['time:hour'] })).toEqual([['2026-11-20 11:00:00', 4]]);
    const compare = { mode: 'custom', date_range: ['2026-11-20', '2026-11-20'] };
    const common = { site_id: 'a.test', metrics: ['visitors'], date_range: 'all', ...byPage };
    const asked = { ...common, include: { compare, total_rows: true } };
    const { results, meta } = await (await app.post('/api/v2/query', asked, by(secret))).json();
    expect([results.length, meta.total_rows]).toEqual([2, 2]);
    const few = await link({ hide_below: 5 });
    const now = '/api/v1/stats/realtime/visitors?site_id=a.test';
    expect(await (await app.get(now, by(few.secret))).json()).toBe(null);
    expect(await ask(secret, { dimensions: ['event:drop'] })).toEqual([
      400,
      expect.stringContaining('dimensions'),
    ]);
  });

  test('a change and the end of it hold from the next request on', async () => {
    const { id, secret } = await link();
    await change(id, { filters: blog });
    expect(await ask(secret, byPage)).toHaveLength(2);
    await change(id, { hide_below: 2, filters: [] });
    expect(await ask(secret, byPage)).toHaveLength(2);
    await change(id, { expires: '2026-11-20', hide_below: null });
    expect(await ask(secret, byPage)).toHaveLength(3);
    const before = nowMs;
    nowMs = Date.parse('2026-11-20T22:59:59Z');
    expect(await ask(secret)).toEqual([[4]]);
    nowMs = Date.parse('2026-11-20T23:00:00Z'); // midnight in Berlin
    expect(await ask(secret)).toEqual(gone);
    expect((await app.get('/api/shared', by(secret))).status).toBe(404);
    nowMs = before;
    await change(id, { expires: null });
    expect(await ask(secret)).toEqual([[4]]);
    await app.get(`${path}/${id}`, { key: app.key, method: 'DELETE' });
    expect(await ask(secret)).toEqual(gone);
    expect(await ask('x')).toEqual(gone);
    expect(await ask(`${secret.slice(0, 12)}${'A'.repeat(24)}`)).toEqual(gone);
  });

  test('a password is asked for first, and a pass ends with it', async () => {
    const { id, secret } = await link({ password: 'plum tree' });
    const unlock = (password: string) => app.post('/api/shared', { password }, by(secret));
    expect(await ask(secret)).toEqual([401, 'this link has a password']);
    expect((await app.get('/api/shared', by(secret))).status).toBe(401);
    const wrong = await unlock('plum');
    expect([wrong.status, (await wrong.json()).field]).toEqual([401, 'password']);
    const { pass } = await (await unlock('plum tree')).json();
    expect(await ask(`${secret}.${pass}`)).toEqual([[4]]);
    const [seconds, code] = pass.split('.');
    expect((await ask(`${secret}.${Number(seconds) + 1}.${code}`))[0]).toBe(401);
    expect((await ask(`${secret}.${seconds}.${'A'.repeat(43)}`))[0]).toBe(401);
    expect((await app.get(`/share/${secret}/badge.svg`)).status).toBe(404);
    const other = await link({ password: 'plum tree' });
    expect((await ask(`${other.secret}.${pass}`))[0]).toBe(401);
    await change(id, { password: 'pear tree' });
    expect((await ask(`${secret}.${pass}`))[0]).toBe(401);
    const later = await (await unlock('pear tree')).json();
    const before = nowMs;
    nowMs += 12 * 3_600_000;
    expect((await ask(`${secret}.${later.pass}`))[0]).toBe(401);
    nowMs = before;
    await change(id, { password: null });
    expect(await ask(secret)).toEqual([[4]]);
    expect((await unlock('any')).status).toBe(400);
    expect((await app.dump()).includes('pear tree')).toBe(false);
  });

  test('after ten wrong passwords no more are tried for a while, not even the right one', async () => {
    const { secret } = await link({ password: 'right' });
    const unlock = (password: string) => app.post('/api/shared', { password }, by(secret));
    const statuses = await Promise.all(Array.from({ length: 12 }, () => unlock('wrong')));
    const counted = (wanted: number) => statuses.filter(({ status }) => status === wanted).length;
    expect([counted(401), counted(429)]).toEqual([10, 2]);
    const refused = await unlock('right');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
    nowMs += 15 * 60_000;
    expect((await unlock('right')).status).toBe(200);
    nowMs -= 15 * 60_000;
  });

  test('only the sites that it names may show it in a frame', async () => {
    const policyOf = async (at: string) =>
      /frame-ancestors ([^;]*)$/.exec(
        (await app.get(at)).headers.get('content-security-policy') ?? '',
      )?.[1];
    const { secret, id } = await link({ embed_on: ['https://Blog.example/', '*.ä.test:8080'] });
    const named = 'https://blog.example *.xn--4ca.test:8080';
    expect(await policyOf(`/share/${secret}`)).toBe(named);
    expect(await policyOf(`/share/a.test?auth=${secret}&embed=true`)).toBe(named);
    await change(id, { embed_on: [] });
    for (const at of [`/share/${secret}`, '/share/none', '/', '/?site=a.test', '/sign-in'])
      expect([at, await policyOf(at)]).toEqual([at, "'none'"]);
  });

  test('images show its number, and its text is text', async () => {
    const { secret, id } = await link({ filters: blog });
    const image = async (name: string) => {
      const answer = await app.get(`/share/${secret}/${name}`);
      expect(answer.headers.get('content-type')).toContain('image/svg+xml');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
      return answer.text();
    };
    expect(await image('badge.svg')).toContain('<title>visitors in 30 days: 3</title>');
    expect(await image('badge.svg?show=pageviews')).toContain('pageviews in 30 days: 4');
    expect(await image('counter.svg?show=live')).toContain('visitors now: 3');
    const label = encodeURIComponent('<b>&"');
    expect(await image(`badge.svg?label=${label}`)).toContain('<title>&#60;b&#62;&#38;&#34;: 3');
    expect((await app.get(`/share/${secret}/badge.svg?show=x`)).status).toBe(400);
    await change(id, { hide_below: 5 });
    expect(await image('badge.svg')).toContain('visitors in 30 days: –');
    // For a page that everybody reads: the address of its image opens no report.
    await change(id, { badge_only: true });
    expect((await app.get(`/share/${secret}/badge.svg`)).status).toBe(200);
    expect(await ask(secret)).toEqual(gone);
    expect((await app.get('/api/shared', by(secret))).status).toBe(404);
  });

  test('a public site shows its reports, and no rows', async () => {
    const query = { site_id: 'public.test', metrics: ['visitors'], date_range: 'all' };
    expect((await app.post('/api/v2/query', query)).status).toBe(200);
    expect((await app.get('/api/hits?site=public.test')).status).toBe(401);
    expect((await app.get('/analytics?site=public.test')).status).toBe(401);
    const shown = await (await app.get('/api/v1/sites/public.test')).json();
    expect(Object.keys(shown)).toEqual(['domain', 'timezone', 'open', 'week_starts', 'currency']);
  });

  test('Plausible’s own: found or made by name, at the same address', async () => {
    const find = (name: string) =>
      app.post(
        '/api/v1/sites/shared-links',
        { site_id: 'a.test', name },
        { key: app.key, method: 'PUT' },
      );
    const first = await (await find('WordPress')).json();
    expect(first).toEqual(await (await find('WordPress')).json());
    expect(first.name).toBe('WordPress');
    const secret = new URL(first.url).searchParams.get('auth')!;
    expect(await ask(secret)).toEqual([[4]]);
    const { secret: other } = await link({ name: 'By hand' });
    expect(other).not.toBe(secret);
    expect((await find('By hand')).status).toBe(409);
  });

  test('it is the same once the day is closed: from roll-ups, and from files', async () => {
    const hidden = await link({ hide_below: 3 });
    const fixed = await link({ filters: blog });
    const queries = [
      byPage,
      { ...byPage, metrics: ['pageviews', 'time_on_page'] },
      { metrics: ['bounce_rate'], dimensions: ['visit:entry_page'] },
      { metrics: ['visits'], dimensions: ['time:day'] },
      { ...byPage, filters: [['has_done', ['is', 'event:page', ['/secret']]]] },
    ];
    const answers = async () => {
      const all = queries.flatMap((query) => [hidden, fixed].map((one) => ask(one.secret, query)));
      return Promise.all(all);
    };
    const before = await answers();
    const atMs = nowMs;
    nowMs += 86_400_000;
    expect(await app.closeDays()).toBe(3);
    expect(await answers()).toEqual(before);
    expect(before[0]).toHaveLength(2);
    nowMs = atMs;
  });

  test.each<[string, object, string]>([
    ['no name', { name: '' }, 'name: expected a text'],
    ['another field', { nothing: 1 }, 'unknown nothing; expected name, password'],
    ['what is over', { expires: '2026-11-19' }, 'expires: expected a day'],
    ['no date', { expires: 'soon' }, 'expires: expected a day'],
    ['an empty password', { password: '' }, 'password: expected a text'],
    ['no filter', { filters: [['is', 'none', ['x']]] }, 'filters[0][1]: expected one of'],
    ['a segment there is not', { filters: [['is', 'segment', ['x']]] }, 'filters[0][2][0]'],
    ['too little to hide', { hide_below: 1 }, 'hide_below: expected a whole number from 2'],
    ['a directive', { embed_on: ["https://a.test; script-src 'x'"] }, 'embed_on: expected a list'],
    ['all sites', { embed_on: ['*'] }, 'embed_on: expected a list'],
    ['a theme there is not', { theme: 'blue' }, 'theme: expected light, dark'],
    ['no parts', { parts: 'chart' }, 'parts: expected a list'],
  ])('refused: %s', async (_, fields, error) => {
    const answer = await app.post(path, { name: 'Refused', ...fields }, { key: app.key });
    expect([answer.status, (await answer.json()).error]).toEqual([
      400,
      expect.stringContaining(error),
    ]);
  });
});
