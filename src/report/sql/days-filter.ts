import { addDays, type Day, nextDay } from '../../lib/site-days.ts';
import { ofHits, type ValueDimension } from '../../model/dimensions.ts';
import type { Tables } from '../../visits/tables.ts';
import type { SpanDay } from '../plan/types.ts';
import type { Bind } from './bind.ts';

/**
 * The tables may hold other days too. Days that follow each other are one condition; the bounds of
 * a day that is cut are those of the whole span, since it is the first or the last.
 */
export function daysFilterSql(
  days: readonly SpanDay[],
  bind: Bind,
): (source: 'h' | 'v' | 'r') => string[] {
  if (days.length === 0) return () => [];
  const runs: [first: Day, last: Day][] = [];
  const [first, last] = [days[0]!.day, days[days.length - 1]!.day];
  // Mostly there is no gap; to look for one takes a year's days as long as the rest of a
  // statement's text.
  const isWhole = addDays(first, days.length - 1) === last;
  if (isWhole) runs.push([first, last]);
  for (const { day } of isWhole ? [] : days) {
    const run = runs[runs.length - 1];
    if (run !== undefined && nextDay(run[1]) === day) run[1] = day;
    else runs.push([day, day]);
  }
  const places = runs.map(([first, last]) => [bind(first), bind(last)] as const);
  const fromMs = days[0]!.fromMs;
  const toMs = days[days.length - 1]!.toMs;
  const from = fromMs === undefined ? undefined : bind(BigInt(fromMs));
  const to = toMs === undefined ? undefined : bind(BigInt(toMs));
  return (source) => [
    `(${places.map((place) => betweenSql(source, place)).join(' OR ')})`,
    ...(from === undefined ? [] : [`${source}."time" >= ${from}::BIGINT`]),
    ...(to === undefined ? [] : [`${source}."time" < ${to}::BIGINT`]),
  ];
}

const betweenSql = (source: string, [first, last]: readonly [string, string]) =>
  `${source}.day BETWEEN ${first}::DATE AND ${last}::DATE`;

/**
 * What reads all values of a dimension in these days, for `filterSql`. They are the result of an
 * aggregate: DuckDB would test what is DISTINCT before it is made so, in every row.
 */
export const valuesIn =
  ({ hits, visits }: Tables, within: ReturnType<typeof daysFilterSql>) =>
  (dimension: ValueDimension, sql: string): string => {
    const from = ofHits(dimension) ? `${hits} AS h` : `${visits} AS v`;
    // The bounds of a day that is cut leave out no value that is needed: there may be more.
    const [ofDays = 'true'] = within(ofHits(dimension) ? 'h' : 'v');
    return `SELECT any_value(${sql}) AS value FROM ${from} WHERE ${ofDays} GROUP BY ${sql}`;
  };
