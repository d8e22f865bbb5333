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

/** Bits of a BIGINT. */
const goalsAtOnce = 60;

/** Goals as bits, some at a time. */
export function inBits(goals: readonly Goal[]): (readonly Goal[])[] {
  const groups = [];
  for (let i = 0; i < goals.length; i += goalsAtOnce) groups.push(goals.slice(i, i + goalsAtOnce));
  return groups.length === 0 ? [[]] : groups;
}

const bitOf = (i: number) => `${1n << BigInt(i)}::BIGINT`;

/**
 * What joins to hits `h` the bits of the goals that they reach, by their event's name and by their
 * page; `pages` reads the pages of the pageviews there may be. Each page is compared with the
 * patterns once, not each hit.
 */
export type BitsJoin = (pages: string, bind: Bind) => string;

export function bitsJoin(goals: readonly Goal[]): BitsJoin {
  return (pages, bind) => {
    const names = new Map<string, bigint>();
    for (const [i, goal] of goals.entries())
      if ('event' in goal) names.set(goal.event, (names.get(goal.event) ?? 0n) | (1n << BigInt(i)));
    const rows = [...names].map(([name, bits]) => `(${bind(name)}::VARCHAR, ${bits}::BIGINT)`);
    const tests = goals.flatMap((goal, i) =>
      'page' in goal
        ? [`regexp_matches(page, ${bind(pagePattern(goal.page))})::BIGINT * ${bitOf(i)}`]
        : [],
    );
    const none = 'SELECT NULL::VARCHAR, 0::BIGINT WHERE false';
    const byName = rows.length === 0 ? none : `VALUES ${rows.join(', ')}`;
    const byPage =
      tests.length === 0
        ? none
        : `SELECT page, ${tests.join(' + ')} FROM (SELECT DISTINCT page FROM (${pages}))`;
    return ` LEFT JOIN (${byName}) AS by_name (name, bits) ON by_name.name = h.name
      LEFT JOIN (${byPage}) AS by_page (page, bits)
        ON by_page.page = CASE WHEN h.pageview THEN h.page END`;
  };
}

/** The bits of the goals that the hit `h` reaches, where they are joined to it. */
export const reachedBits = 'coalesce(by_name.bits, 0) | coalesce(by_page.bits, 0)';

/** Reads the goals: the number of their group, bit, name and the currency of their revenue. */
export function goalsSql(goals: readonly Goal[], bind: Bind): string {
  const rows = inBits(goals).flatMap((some, group) =>
    some.map((goal, i) => {
      const currency = currencyOf(goal);
      const paidIn = currency === undefined ? 'NULL' : bind(currency);
      return `(${group}, ${bitOf(i)}, ${bind(goal.name)}::VARCHAR, ${paidIn}::VARCHAR)`;
    }),
  );
  return rows.length === 0
    ? 'SELECT 0, 0::BIGINT, NULL::VARCHAR, NULL::VARCHAR WHERE false'
    : `VALUES ${rows.join(', ')}`;
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
