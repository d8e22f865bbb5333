import { isCountedOver, type Measure, sqlOf } from '../../model/measures.ts';
import type { Part } from '../plan/types.ts';
import type { Bind } from './bind.ts';
import { goalsSql } from './goals.ts';

/**
 * The measures of a part by goal, as `partSql` counts them by any other dimension. `place` has the
 * hits that reach a goal, each once, with the bits of those that it reaches. A row for each hit and
 * goal took five times as long for 50 goals, and gigabytes where most hits reach most goals.
 */
export function goalSumsSql(
  { scope: { goals = [] }, measures }: Part,
  keys: readonly string[],
  place: string,
  bind: Bind,
): string {
  const own = [...keys, 'goal_group'].join(', ');
  const sums = [
    ...(measures.includes('visitors') ? [distinctSql('visitors', 'visitor', own, place)] : []),
    ...(measures.includes('visits') ? [distinctSql('visits', 'visit', own, place)] : []),
    ...(measures.some((name) => name in counts) ? [countsSql(measures, own, place)] : []),
    ...(measures.some((name) => isCountedOver(name, 'readings'))
      ? [readingsSql(measures, own, place)]
      : []),
  ];
  const shown = measures.map((name) => `sum(${ofGoal[name] ?? `s.${name}`}) AS ${name}`);
  const grouped = [...keys.map((key) => `s.${key}`), 'g.goal'].join(', ');
  return `SELECT ${keys.map((key) => `s.${key}`).join(', ')}, g.goal AS "event:goal",
      ${shown.join(', ')}
    FROM (${sums.join('\n      UNION ALL BY NAME ')}) AS s
    JOIN (${goalsSql(goals, bind)}) AS g (goal_group, bit, goal, currency)
      ON g.goal_group = s.goal_group AND (s.reached & g.bit) <> 0
    GROUP BY ${grouped}`;
}

/** Visitors or visits by all the goals that they reached. */
const distinctSql = (measure: Measure, who: string, own: string, place: string) =>
  `SELECT ${own}, reached, count(*) AS ${measure} FROM (
      SELECT ${own}, ${who}, bit_or(reached) AS reached FROM ${place} GROUP BY ${own}, ${who}
    ) GROUP BY ${own}, reached`;

/** What is counted of hits; what was paid, whatever in. */
const counts: Partial<Readonly<Record<Measure, string>>> = {
  events: 'count(*)',
  pageviews: 'count(*) FILTER (pageview)',
  revenue: 'sum((amount::DECIMAL(22, 3) * 1000)::HUGEINT)',
  payments: 'count(amount)',
};

/** A goal's revenue is what was paid in its currency, never converted. */
const ofGoal: Partial<Readonly<Record<Measure, string>>> = {
  revenue: 'CASE WHEN s.currency = g.currency THEN s.revenue END',
  payments: 'CASE WHEN s.currency = g.currency THEN s.payments END',
};

/** All views of a page reach the same goals; what else reaches some was not read. */
function readingsSql(measures: readonly Measure[], own: string, place: string): string {
  const asked = measures.filter((name) => isCountedOver(name, 'readings'));
  const shown = asked.map((name) => `${sqlOf(name, 'readings')} AS ${name}`).join(', ');
  return `SELECT ${own}, reached, ${shown} FROM (
      SELECT ${own}, reached, max(scroll_depth) AS depth, sum(engaged_ms) AS engaged_ms
      FROM ${place} GROUP BY ${own}, reached, visit, page
    ) GROUP BY ${own}, reached`;
}

function countsSql(measures: readonly Measure[], own: string, place: string): string {
  const asked = measures.filter((name) => name in counts);
  const currency = asked.some((name) => name in ofGoal) ? ', currency' : '';
  const shown = asked.map((name) => `${counts[name]} AS ${name}`).join(', ');
  return `SELECT ${own}, reached${currency}, ${shown} FROM ${place}
      GROUP BY ${own}, reached${currency}`;
}
