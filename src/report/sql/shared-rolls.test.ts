import { expect, test } from 'vitest';
import type { Session } from '../../duck/duck.ts';
import { planQuery } from '../plan/plan.ts';
import type { Span, SpanDay, TablesOf } from '../plan/types.ts';
import { parseQuery } from '../query/parse.ts';
import { shareRolls } from './shared-rolls.ts';

const [firstDay, lastDay] = ['2026-11-21', '2026-11-22'];
const span: Span = { startMs: 0, endMs: 0, shownEndMs: 0, firstDay, lastDay };
const days: SpanDay[] = [firstDay, lastDay].map((day) => ({ day, source: 'files' }));
const least = { site_id: 'example.com', metrics: ['visitors'], date_range: 'day' };

/** What is run before the queries, and where each then reads its roll-ups. */
async function shared(rolledInFiles: boolean, ...asked: object[]) {
  const plans = asked.map((query) => planQuery(parseQuery({ ...least, ...query }), { span, days }));
  const tables: TablesOf = () => ({ hits: 'h', visits: 'v', rolled: '(files)', rolledInFiles });
  const ran: (readonly unknown[])[] = [];
  const session = {
    async rows(text: string, values: readonly unknown[] = []) {
      ran.push([text.replace(/\s+/g, ' '), ...values]);
      return [];
    },
  } as unknown as Session;
  const own = await shareRolls(session, plans, tables);
  return { ran, from: plans.map(({ parts }) => own(parts[0]!.scope).rolled) };
}

test('what several ask of the same files is read once, large dimensions by themselves', async () => {
  const asked = [{ metrics: ['bounce_rate'] }, { dimensions: ['visit:source'] }];
  const all = [...asked, { dimensions: ['event:page'] }];
  expect(await shared(true, ...all)).toEqual({
    ran: [
      [
        '/* report.rolls */ CREATE TEMP TABLE found_rolls_1 AS SELECT day, dimension, value, ' +
          'events, stays, bounces, visitors FROM (files) WHERE dimension IN ($1, $2)',
        ...['', 'visit:source'],
      ],
    ],
    from: ['found_rolls_1', 'found_rolls_1', '(files)'],
  });
});

test('one alone, and what is in memory, is read where it is', async () => {
  expect(await shared(true, {})).toEqual({ ran: [], from: ['(files)'] });
  expect(await shared(false, {}, {})).toEqual({ ran: [], from: ['(files)', '(files)'] });
});
