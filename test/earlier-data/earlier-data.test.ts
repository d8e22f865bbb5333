import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { loadCopy } from './copy.ts';
import { type Answered, ask, changesByClosing, clockMs, questions } from './questions.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const versions = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('there is earlier data, and it has an answer to every question', async () => {
  expect(versions).not.toEqual([]);
  for (const version of versions) {
    const names = [...(await answersOf(version)).keys()];
    expect(names.length).toBeGreaterThan(100);
    expect(questions.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  }
});

describe.each(longestHomes)('on the home %s', (homeName) => {
  describe.each(versions)('data of version %s', (version) => {
    let app: RealApp;
    let answers: ReadonlyMap<string, Answered>;
    beforeAll(async () => {
      answers = await answersOf(version);
      app = await openRealApp(
        { clock: () => clockMs, prepare: (home) => loadCopy(home, join(here, version)) },
        homeName,
      );
    });
    afterAll(() => app.close());

    async function expectAnswers(changing: (name: string) => boolean): Promise<void> {
      for (const question of questions) {
        const expected = answers.get(question.name);
        // A question that came with a later version has its answers in that version's data.
        if (expected === undefined || changing(question.name)) continue;
        const answer = withoutNewSettings(await ask(app, question));
        expect(withoutNewColumns(answer, expected)).toEqual(expected);
      }
    }

    /** Of each day with hits, as reports and as a statement count them. */
    async function expectStatements(): Promise<void> {
      const init = { key: app.key };
      const { sites } = await (await app.get('/api/v1/sites', init)).json();
      expect(sites.length).toBeGreaterThan(1);
      for (const { domain } of sites as { domain: string }[]) {
        const query = {
          ...{ site_id: domain, date_range: 'all', dimensions: ['time:day'] },
          metrics: ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate'],
        };
        const { results } = await (await app.post('/api/v2/query', query, init)).json();
        const sql = `SELECT h.day, count(DISTINCT h.visitor), count(DISTINCT h.visit),
          count(*) FILTER (name = 'pageview'), count(*), any_value(rate)
          FROM hits AS h JOIN (SELECT day, round(100 * avg(bounced::INTEGER))::INTEGER AS rate
            FROM visits GROUP BY day) AS v ON v.day = h.day
          WHERE visit IS NOT NULL GROUP BY h.day ORDER BY h.day`;
        const answer = await app.post(`/api/v1/sites/${domain}/sql`, { sql }, init);
        const { rows } = (await answer.json()) as { rows: [string, ...number[]][] };
        const reported = (results as { dimensions: string[]; metrics: number[] }[]).map(
          ({ dimensions, metrics }) => [...dimensions, ...metrics],
        );
        expect(rows.length).toBeGreaterThan(5);
        const first = rows[0]![0];
        // Of days that are pruned, reports have sums.
        expect(rows).toEqual(reported.filter(([day]) => String(day) >= first).sort());
      }
    }

    test('a statement of SQL counts what reports count', () => expectStatements());

    test('opens and gives the same answers, byte for byte', () => expectAnswers(() => false));

    test('gives them when all its days are closed, too', async () => {
      expect(await app.closeDays()).toBeGreaterThan(2);
      await expectAnswers(changesByClosing);
      await expectStatements();
    });
  });
});

/** Settings that sites have got since then, at what they are where nobody has said anything. */
const newSettings = [
  '"aliases":[],',
  '"excluded_networks":[],',
  '"public":false,"privacy_page":false,',
  '"robots":"drop",',
  '"excluded_countries":[],"hostnames":"any","kept_query_parameters":[],"page_groups":[],' +
    '"custom_properties":[],"currency":"none",',
];

const withoutNewSettings = (answer: Answered): Answered =>
  typeof answer.body === 'string'
    ? {
        ...answer,
        body: newSettings.reduce((body, one) => body.replaceAll(one, ''), answer.body),
      }
    : answer;

/** CSV has got columns since then: behind the others, and empty where the data is as old. */
function withoutNewColumns(answer: Answered, { body: old }: Answered): Answered {
  const head = (text: string) => text.slice(0, text.search(/\r?\n/));
  const { body } = answer;
  if (typeof old !== 'string' || typeof body !== 'string') return answer;
  const more = head(body).slice(head(old).length);
  if (more === '' || !head(old).startsWith('time,id,') || !body.startsWith(head(old)))
    return answer;
  const empty = more.replace(/[^,]/g, '');
  const lines = body.slice(head(body).length).replace(new RegExp(`${empty}(?=\r?$)`, 'gm'), '');
  return { ...answer, body: head(old) + lines };
}

async function answersOf(version: string): Promise<ReadonlyMap<string, Answered>> {
  const lines = (await readFile(join(here, version, 'answers.ndjson'), 'utf8')).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const answer = JSON.parse(line) as Answered;
      return [answer.name, answer];
    }),
  );
}
