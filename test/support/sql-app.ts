import { dayMs, minuteMs } from '../../src/lib/clock.ts';
import { type Answer, chrome, type HomeName, openRealApp, type RealApp } from './real-app.ts';

export const sqlSite = 'sql.test';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';

export type SqlApp = RealApp & {
  /** The answer to a statement of the owner's. */
  sql(sql: string, more?: object): Promise<Answer>;
  /** The rows of one that is right. */
  rows(sql: string, more?: object): Promise<unknown[][]>;
};

/**
 * An app with days of all kinds on 17 to 21 November 2026: two closed ones as their files have
 * them, one with a late row, one that something was erased from since, and today. Another site
 * (`other.test`) has a hit of today.
 */
export async function openSqlApp(homeName: HomeName = 'machine'): Promise<SqlApp> {
  let nowMs = Date.parse('2026-11-17T09:00:00Z');
  const app = await openRealApp({ clock: () => nowMs }, homeName);
  for (const domain of [sqlSite, 'other.test'])
    await app.post('/api/v1/sites', { domain, timezone: 'Europe/Berlin' }, { key: app.key });
  const send = async (agent: string, page: string, more: object = {}, domain = sqlSite) => {
    const hit = { n: 'pageview', u: `https://${domain}${page}`, d: domain, ...more };
    await app.post('/api/event', hit, { headers: { 'User-Agent': agent } });
    nowMs += minuteMs;
  };
  for (let day = 17; day <= 21; day++) {
    await send(chrome, '/?utm_source=news', { r: 'https://news.example/' });
    await send(chrome, `/docs/${day}`);
    await send(chrome, `/docs/${day}`, { n: 'engagement', e: 20_000, sd: 70 });
    await send(chrome, '/docs', { n: 'Signup', p: { plan: day % 2 === 0 ? 'pro' : 'free' } });
    await send(firefox, '/account/7');
    await send(firefox, '/', { n: 'Purchase', $: { currency: 'EUR', amount: 9.5 } });
    if (day === 21) break;
    nowMs = Date.parse(`2026-11-${day + 1}T00:00:00Z`) + dayMs / 2;
    await app.closeDays();
  }
  await send(chrome, '/of-others', {}, 'other.test');
  const timestamp = '2026-11-19T13:30:00Z';
  const late = { n: 'pageview', u: `https://${sqlSite}/late`, d: sqlSite, timestamp };
  const sent = { ...late, ip: '203.0.113.9', userAgent: firefox };
  await app.post('/api/events', { events: [sent] }, { key: app.key });
  const erased = { page: '/account/**', from: '2026-11-20', to: '2026-11-20' };
  await app.post(`/api/v1/sites/${sqlSite}/erasures`, erased, { key: app.key });
  const sql: SqlApp['sql'] = (text, more = {}) =>
    app.post(`/api/v1/sites/${sqlSite}/sql`, { sql: text, ...more }, { key: app.key });
  return {
    ...app,
    sql,
    async rows(text, more) {
      const answer = await sql(text, more);
      const body = await answer.json();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${body.error}`);
      return body.rows;
    },
  };
}
