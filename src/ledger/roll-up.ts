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

const sqlOfDimension = (dimension: FieldDimension) => fieldDimensions[dimension].sql;

const select = (dimension: string, value: string, counted: Counted, from: string) =>
  `SELECT day, '${dimension}' AS dimension, ${value} AS value, ${columns(counted)} FROM ${from}
    GROUP BY ALL`;

type Tables = { readonly hits: string; readonly visits: string };

/**
 * The rows of rollup.parquet of all days in the tables, in their order. Planned once, which is
 * quickest where there are few rows.
 */
export function rollUpSql(tables: Tables): string {
  const { totals, readings, props, ofVisits, ofHits } = partsOf(tables);
  return `/* ledger.roll-up */ WITH ${totals}, ${readings}, ${props}
  FROM totals
  UNION ALL ${ofVisits.join('\n  UNION ALL ')}
  UNION ALL SELECT day, dimension, value, ${summed} FROM (
    ${ofHits.flat().join('\n    UNION ALL ')}
  ) GROUP BY ALL
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
  const { totals, readings, props, ofVisits, ofHits } = partsOf(tables);
  return [
    ...ofVisits,
    ...ofHits.map(
      (selects) => `WITH ${readings} SELECT day, dimension, value, ${summed} FROM (
        ${selects.join('\n    UNION ALL ')}
      ) GROUP BY ALL`,
    ),
    `WITH ${totals}, ${props} FROM totals UNION ALL FROM set_props UNION ALL FROM unset_props`,
  ];
}

/** `ofHits`: by dimension, what is to be added up. */
function partsOf({ hits, visits }: Tables) {
  const counting = `${hits} AS h WHERE h.visit IS NOT NULL`; // engagements and robots have none
  const entries = `${visits} AS v WHERE v.entry IS NOT NULL`;
  return {
    totals: `totals AS (${select('', `''`, ofVisits, `${visits} AS v`)})`,
    readings: `readings AS (
      SELECT day, visit, page, max(scroll_depth) AS depth, sum(engaged_ms) AS engaged_ms
      FROM ${hits} WHERE visit IS NOT NULL AND pageview AND (scroll_depth IS NOT NULL
        OR engaged_ms IS NOT NULL) GROUP BY ALL
    )`,
    props: propsSql(hits),
    ofVisits: rolledOfVisits.map((name) =>
      select(name, sqlOfDimension(name), ofVisits, `${visits} AS v`),
    ),
    ofHits: rolledOfHits.map((name) => {
      const { entrySql } = fieldDimensions[name];
      return [
        select(name, sqlOfDimension(name), ofHits, counting),
        ...(entrySql === undefined ? [] : [select(name, entrySql, ofEntries, entries)]),
        ...(name === 'event:page' ? [select(name, 'p.page', ofReadings, 'readings AS p')] : []),
      ];
    }),
  };
}

/**
 * Properties without a pass for each name. A visitor (or visit) has a hit without the property
 * unless all their hits have it; what is left of the day's totals is '(not set)'.
 */
function propsSql(hits: string): string {
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
