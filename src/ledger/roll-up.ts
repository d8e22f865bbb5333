import { parquetOptions } from '../duck/parquet.ts';
import {
  type FieldDimension,
  fieldDimensions,
  propPrefix,
  rolledOfHits,
  rolledOfVisits,
} from '../model/dimensions.ts';
import { notSet } from '../model/fields.ts';
import { rolledMeasures, rolledOver, sqlOf } from '../model/measures.ts';

/** Small row groups: a reader of one dimension skips the others. */
export const rollUpOptions = `${parquetOptions}, ROW_GROUP_SIZE 16384`;

type Counted = Readonly<Record<string, string>>;

const countedOver = (relation: 'hits' | 'visits' | 'entries' | 'readings'): Counted =>
  Object.fromEntries(rolledOver(relation).map((name) => [name, sqlOf(name, relation)]));

const [ofHits, ofVisits] = [countedOver('hits'), countedOver('visits')];

const [ofEntries, ofReadings] = [countedOver('entries'), countedOver('readings')];

/** All measures as columns; those that are not counted are 0. */
const columns = (counted: Counted) =>
  rolledMeasures.map((name) => `coalesce(${counted[name] ?? 0}, 0)::BIGINT AS ${name}`).join(', ');

const summed = columns(Object.fromEntries(rolledMeasures.map((name) => [name, `sum(${name})`])));

const select = (dimension: string, value: string, counted: Counted, from: string) =>
  `SELECT day, ${dimension} AS dimension, ${value} AS value, ${columns(counted)} FROM ${from}
    GROUP BY ALL`;

/** What is grouped by: dimensions, and the value of each as SQL. */
type By = readonly (readonly [FieldDimension, string])[];

/** A relation, and its columns that are counted. */
type From = { readonly sql: string; readonly counted: Counted; readonly columns: string };

type Pass = (by: By, from: From) => string[];

/** One pass for each dimension: of many rows, the quickest. */
const passEach: Pass = (by, { sql, counted }) =>
  by.map(([dimension, value]) => select(`'${dimension}'`, value, counted, sql));

/** One pass for all, over each row as often as there are dimensions: the quickest to plan. */
const passAll: Pass = (by, { sql, counted, columns }) => {
  if (by.length === 0) return [];
  const values = by.map(([dimension, value]) => `{dimension: '${dimension}', value: ${value}}`);
  const each = `unnest([${values.join(', ')}], recursive := true)`;
  return [select('dimension', 'value', counted, `(SELECT day, ${columns}, ${each} FROM ${sql})`)];
};

type Tables = { readonly hits: string; readonly visits: string };

const ofVisit = 'visitor, pageviews, events, bounced, duration_ms';

function visitsBy(names: readonly FieldDimension[], { visits }: Tables, pass: Pass): string[] {
  const by = names.map((name) => [name, fieldDimensions[name].sql] as const);
  return pass(by, { sql: `${visits} AS v`, counted: ofVisits, columns: ofVisit });
}

/** Needs `readings`. */
function hitsBy(names: readonly FieldDimension[], { hits, visits }: Tables, pass: Pass): string {
  const by = names.map((name) => [name, fieldDimensions[name].sql] as const);
  const byEntry = names.flatMap((name) => {
    const { entrySql } = fieldDimensions[name];
    return entrySql === undefined ? [] : [[name, entrySql] as const];
  });
  // Engagements and robots have no visit.
  const counting = `${hits} AS h WHERE h.visit IS NOT NULL`;
  const entries = `${visits} AS v WHERE v.entry IS NOT NULL`;
  const selects = [
    ...pass(by, { sql: counting, counted: ofHits, columns: 'visitor, visit, pageview' }),
    ...pass(byEntry, { sql: entries, counted: ofEntries, columns: ofVisit }),
    ...(names.includes('event:page')
      ? [select(`'event:page'`, 'page', ofReadings, 'readings')]
      : []),
  ];
  return `SELECT day, dimension, value, ${summed} FROM (
    ${selects.join('\n    UNION ALL ')}
  ) GROUP BY ALL`;
}

/**
 * The rows of rollup.parquet of all days in the tables, in their order, by one statement. Of few
 * hits all dimensions are counted in one pass: those of 1,000 hits in 135 ms in place of 400. Of
 * many, each takes one: those of 100,000 in 0.9 s in place of 1.3.
 */
export function rollUpSql(tables: Tables, ofMany = false): string {
  const pass = ofMany ? passEach : passAll;
  const shared = [totalsSql(tables), readingsSql(tables), propsSql(tables)];
  return `/* ledger.roll-up */ WITH ${shared.join(', ')}
  FROM totals
  UNION ALL ${visitsBy(rolledOfVisits, tables, pass).join('\n  UNION ALL ')}
  UNION ALL ${hitsBy(rolledOfHits, tables, pass)}
  UNION ALL FROM set_props
  UNION ALL FROM unset_props
  ORDER BY dimension, day, value`;
}

/**
 * The same rows by one statement for each dimension, in no order. What groups the values of one is
 * let go of before the next: of a day with as many values as hits, all of them together need more
 * memory than there may be.
 */
export function rollUpSqls(tables: Tables): string[] {
  return [
    ...visitsBy(rolledOfVisits, tables, passEach),
    ...rolledOfHits.map(
      (name) => `WITH ${readingsSql(tables)} ${hitsBy([name], tables, passEach)}`,
    ),
    `WITH ${totalsSql(tables)}, ${propsSql(tables)}
      FROM totals UNION ALL FROM set_props UNION ALL FROM unset_props`,
  ];
}

const totalsSql = ({ visits }: Tables) =>
  `totals AS (${select(`''`, `''`, ofVisits, `${visits} AS v`)})`;

const readingsSql = ({ hits }: Tables) => `readings AS (
    SELECT day, visit, page, max(scroll_depth) AS depth, sum(engaged_ms) AS engaged_ms
    FROM ${hits} WHERE visit IS NOT NULL AND pageview AND (scroll_depth IS NOT NULL
      OR engaged_ms IS NOT NULL) GROUP BY ALL
  )`;

/**
 * Properties without a pass for each name. A visitor (or visit) has a hit without the property
 * unless all their hits have it; what is left of the day's totals is '(not set)'.
 */
function propsSql({ hits }: Tables): string {
  const allHave = (who: 'visitor' | 'visit') => `(
      SELECT day, name, count(*) AS n FROM (SELECT day, name, ${who}, count(*) AS n FROM props
        GROUP BY ALL) AS own
      JOIN (SELECT day, ${who}, count(*) AS n FROM ${hits} WHERE visit IS NOT NULL
        GROUP BY ALL) AS whole USING (day, ${who}, n)
      GROUP BY ALL
    )`;
  return `props AS (
    SELECT * FROM (
      SELECT day, visitor, visit, pageview, unnest(map_keys(props)) AS name,
        unnest(map_values(props)) AS value
      FROM ${hits} WHERE visit IS NOT NULL AND props IS NOT NULL
    ) WHERE value IS NOT NULL AND value NOT IN ('', '${notSet}')
  ), set_props AS (
    SELECT day, '${propPrefix}' || name AS dimension, value, ${columns(ofHits)} FROM props AS h
      GROUP BY day, name, value
  ), unset_props AS (
    SELECT day, '${propPrefix}' || name AS dimension, '${notSet}' AS value, ${columns({
      visitors: 't.visitors - coalesce(persons.n, 0)',
      visits: 't.visits - coalesce(stays.n, 0)',
      pageviews: 't.pageviews - own.pageviews',
      events: 't.events - own.events',
    })}
    FROM (SELECT day, name, count(*) FILTER (pageview) AS pageviews, count(*) AS events FROM props
      GROUP BY ALL) AS own
    JOIN totals AS t USING (day)
    LEFT JOIN ${allHave('visitor')} AS persons USING (day, name)
    LEFT JOIN ${allHave('visit')} AS stays USING (day, name)
    WHERE t.events > own.events
  )`;
}

/** The rows of hours.parquet of all days in the tables, in their order. */
export function hoursSql({ hits, visits }: Tables): string {
  const { visits: _, ...ofHours } = ofHits;
  return `/* ledger.hours */ SELECT day, hour, ${summed} FROM (
    SELECT day, hour, ${columns(ofHours)} FROM ${hits} AS h
      WHERE h.visit IS NOT NULL GROUP BY ALL
    UNION ALL SELECT day, hour, ${columns({ visits: ofVisits['visits']!, ...ofEntries })}
      FROM ${visits} AS v GROUP BY ALL
  ) GROUP BY ALL ORDER BY day, hour`;
}

/**
 * The rows of month.parquet, from what reads the roll-up rows of days of one month. A property that
 * some of its days lack has their totals as '(not set)'.
 */
export function monthSql(rollup: string): string {
  return `/* ledger.month */ WITH days AS (FROM ${rollup}),
  lacking AS (
    FROM (
      SELECT day, named.dimension FROM days
      CROSS JOIN (SELECT DISTINCT dimension FROM days WHERE starts_with(dimension,
        '${propPrefix}')) AS named
      WHERE days.dimension = ''
    )
    ANTI JOIN days USING (day, dimension)
  )
  SELECT date_trunc('month', day)::DATE AS month, dimension, value, ${summed} FROM (
    SELECT day, dimension, value, ${rolledMeasures.join(', ')} FROM days
    UNION ALL SELECT day, lacking.dimension, '${notSet}', ${columns({
      visitors: 'visitors',
      visits: 'visits',
      pageviews: 'pageviews',
      events: 'events',
    })} FROM lacking JOIN (FROM days WHERE dimension = '') AS totals USING (day)
  ) GROUP BY ALL ORDER BY dimension, value`;
}
