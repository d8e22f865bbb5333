import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presentSchema } from '../../src/model/fields.ts';
import { longHomes } from '../support/real-app.ts';
import { openSqlApp, type SqlApp, sqlSite } from '../support/sql-app.ts';

/** Statements count what reports count: over closed, open and late rows, and erased days. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: SqlApp;
  beforeAll(async () => {
    app = await openSqlApp(homeName);
  });
  afterAll(() => app.close());

  async function report(metrics: string[], dimension?: string, filters: unknown[] = []) {
    const answer = await app.post(
      '/api/v2/query',
      {
        ...{ site_id: sqlSite, metrics, date_range: ['2026-11-17', '2026-11-21'], filters },
        ...(dimension !== undefined && { dimensions: [dimension] }),
      },
      { key: app.key },
    );
    const { results } = await answer.json();
    const rows = results.map((row: { dimensions: string[]; metrics: number[] }) => [
      ...row.dimensions,
      ...row.metrics,
    ]);
    return rows.sort();
  }

  const counted = `count(DISTINCT (day, visitor)) AS visitors,
    count(DISTINCT (day, visit)) AS visits,
    count(*) FILTER (name = 'pageview') AS pageviews, count(*) AS events`;
  const metrics = ['visitors', 'visits', 'pageviews', 'events'];

  test('days of all kinds are there, and what was erased is not', async () => {
    const days = await report(metrics, 'time:day');
    expect(days).toHaveLength(5);
    expect(
      await app.rows(
        `SELECT day, ${counted} FROM hits WHERE visit IS NOT NULL GROUP BY day ORDER BY day`,
      ),
    ).toEqual(days);
    expect(await app.rows("SELECT day FROM hits WHERE page = '/account/7' ORDER BY day")).toEqual(
      ['17', '18', '19', '21'].map((day) => [`2026-11-${day}`]),
    );
    expect(await app.rows("SELECT day FROM hits WHERE page = '/late'")).toEqual([['2026-11-19']]);
  });

  test.each([
    ['event:page', 'page'],
    ['visit:browser', 'browser'],
    ['event:name', 'name'],
  ])('%s', async (dimension, column) => {
    const rows = await app.rows(
      `SELECT ${column}, ${counted} FROM hits WHERE visit IS NOT NULL GROUP BY 1`,
    );
    expect(rows.sort()).toEqual(await report(metrics, dimension));
  });

  test('visits', async () => {
    const ofVisits = ['visits', 'bounce_rate', 'visit_duration'];
    const rows = await app.rows(
      `SELECT coalesce(entry_page, '(not set)'), count(*), round(100 * avg(bounced::INTEGER))::INTEGER,
        round(avg(duration_ms) / 1000)::INTEGER FROM visits GROUP BY 1`,
    );
    expect(rows.sort()).toEqual(await report(ofVisits, 'visit:entry_page'));
  });

  test('custom events and revenue', async () => {
    expect(
      await app.rows(
        `SELECT props['plan'] AS plan, count(*) FROM hits WHERE name = 'Signup'
        GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ['free', 3],
      ['pro', 2],
    ]);
    expect(await app.rows('SELECT currency, sum(amount) FROM hits GROUP BY 1 ORDER BY 1')).toEqual([
      ['EUR', 47.5],
      [null, null],
    ]);
  });

  test('each hit is in one visit that is there', async () => {
    expect(
      await app.rows(
        `SELECT (SELECT count(*) FROM hits WHERE visit IS NOT NULL)
          - (SELECT count(*) FROM hits JOIN visits USING (day, visit, visitor)),
          (SELECT sum(events) FROM visits) - (SELECT count(*) FROM hits WHERE visit IS NOT NULL),
          (SELECT count(*) - count(DISTINCT (day, id)) FROM hits)`,
      ),
    ).toEqual([[0, 0, 0]]);
  });

  test('only of the days that are asked for', async () => {
    const answer = await app.sql('SELECT DISTINCT day FROM hits ORDER BY day', {
      ...{ from: '2026-11-18', to: '2026-11-19' },
    });
    expect(await answer.json()).toEqual({
      columns: [{ name: 'day', type: 'DATE' }],
      rows: [['2026-11-18'], ['2026-11-19']],
      ...{ row_count: 2, schema: presentSchema, first_day: '2026-11-18', last_day: '2026-11-19' },
    });
    const none = await app.sql('SELECT count(*) AS n FROM hits', { from: '2027-01-01' });
    expect(await none.json()).toMatchObject({ rows: [[0]] });
  });
});
