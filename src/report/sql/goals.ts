import type { Goal } from '../../account/site.ts';
import { pagePattern } from '../../lib/page-patterns.ts';
import { currencyOf } from '../query/goals.ts';
import { type Bind, listSql } from './bind.ts';

/** So many patterns of each hit take longer than finding all pages, and testing each once. */
const mostInHits = 2;

/** True where the hit `h` reaches one of the goals; `pages` reads all pages, as `value`. */
export function reachedSql(goals: readonly Goal[], bind: Bind, pages?: () => string): string {
  const names = goals.flatMap((goal) => ('event' in goal ? [goal.event] : []));
  const patterns = goals.flatMap((goal) => ('page' in goal ? [goal.page] : []));
  const matches = (column: string) =>
    patterns.map((page) => `regexp_matches(${column}, ${bind(pagePattern(page))})`).join(' OR ');
  const reached: string[] = [];
  if (names.length > 0) reached.push(nameSql(names, bind));
  if (patterns.length > 0) {
    const matching =
      pages === undefined || patterns.length <= mostInHits
        ? matches('h.page')
        : `h.page IN (SELECT value FROM (${pages()}) WHERE ${matches('value')})`;
    reached.push(`(h.pageview AND (${matching}))`);
  }
  return reached.length === 0 ? 'false' : `(${reached.join(' OR ')})`;
}

const nameSql = (names: readonly string[], bind: Bind) =>
  names.length === 1
    ? `h.name = ${bind(names[0]!)}`
    : `h.name IN (SELECT value FROM (${listSql(names, bind)}))`;

/**
 * What joins the goals `reached` to hits `h`, each with its name and the currency of its revenue;
 * `pages` reads the pages of the pageviews there may be.
 */
export type GoalJoin = (pages: string, bind: Bind) => string;

/**
 * The joins that give a hit once for each goal it reaches: by its event's name, and by its page.
 * Each page is compared with the patterns once, not each hit, and hits that reach nothing are
 * dropped early. With lists beside every hit, 10 goals over 12 months took 7 times as long.
 */
export function goalJoins(goals: readonly Goal[]): GoalJoin[] {
  const events = goals.flatMap((goal) => ('event' in goal ? [goal] : []));
  const pages = goals.flatMap((goal) => ('page' in goal ? [goal] : []));
  const byName: GoalJoin = (_, bind) => {
    const rows = events.map((goal) => {
      const currency = currencyOf(goal);
      const paidIn = currency === undefined ? 'NULL' : bind(currency);
      return `(${bind(goal.event)}::VARCHAR, ${bind(goal.name)}::VARCHAR, ${paidIn}::VARCHAR)`;
    });
    return ` JOIN (VALUES ${rows.join(', ')}) AS reached (name, goal, currency)
      ON reached.name = h.name`;
  };
  const byPage: GoalJoin = (read, bind) => {
    const names = pages.map(({ name }) => `${bind(name)}::VARCHAR`);
    const tests = pages.map(({ page }) => `regexp_matches(page, ${bind(pagePattern(page))})`);
    return ` JOIN (SELECT page, unnest(list_where([${names.join(', ')}],
      [${tests.join(', ')}])) AS goal, NULL::VARCHAR AS currency
        FROM (SELECT DISTINCT page FROM (${read}))) AS reached
      ON h.pageview AND reached.page = h.page`;
  };
  const none: GoalJoin = () =>
    ' JOIN (SELECT NULL::VARCHAR AS goal, NULL::VARCHAR AS currency WHERE false) ' +
    'AS reached ON true';
  const joins = [...(events.length > 0 ? [byName] : []), ...(pages.length > 0 ? [byPage] : [])];
  return joins.length === 0 ? [none] : joins;
}

const amount = 'DECIMAL(18, 3)';

/**
 * What the hit `h` earned by reaching any of the goals, where their revenue is of one currency;
 * else NULL.
 */
export function earnedSql(goals: readonly Goal[], bind: Bind): string {
  const paid = goals.filter((goal) => currencyOf(goal) !== undefined);
  const [currency, ...others] = new Set(paid.map(currencyOf));
  if (currency === undefined || others.length > 0) return `NULL::${amount}`;
  return earnedIn(currency, reachedSql(paid, bind), bind);
}

const earnedIn = (currency: string, condition: string, bind: Bind) =>
  `CASE WHEN h.currency = ${bind(currency)} AND ${condition} THEN h.amount END`;

/** What the hit `h` earned by the goal `reached`: in that goal's currency, never converted. */
export const earnedByGoal = 'CASE WHEN h.currency = reached.currency THEN h.amount END';
