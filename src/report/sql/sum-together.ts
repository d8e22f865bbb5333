import type { Session } from '../../duck/duck.ts';
import {
  type Dimension,
  type FieldDimension,
  fieldDimensions,
  isFieldDimension,
  isValueDimension,
  partsOfDay,
} from '../../model/dimensions.ts';
import { sqlOf as measureSql } from '../../model/measures.ts';
import { noTables, type Relations } from '../../visits/tables.ts';
import { withBases } from '../plan/bases.ts';
import type { HitsOf } from '../plan/cost.ts';
import type { Part, Plan, Scope, TablesOf } from '../plan/types.ts';
import { binder } from './bind.ts';
import { columns, fromSql, readingsSql, sourceOf } from './rows-sql.ts';

/** Of more hits, each dimension is counted quicker by itself. */
const few = 30_000;

/** What rows are grouped by besides their day: a dimension, the hour, or nothing. */
type By = FieldDimension | 'hour' | '';

type Use = { readonly part: Part; readonly by: By };

/**
 * What several queries of a batch count over the same rows is counted in one pass over them, each
 * row once for each dimension, where the rows are few: to prepare one statement takes less than to
 * prepare ten, which takes longer than to run them. Gives the sums in place of hits and visits.
 */
export async function sumTogether(
  session: Session,
  plans: readonly Plan[],
  { tables, hitsOf }: { readonly tables: TablesOf; readonly hitsOf: HitsOf },
): Promise<TablesOf> {
  const sums = new Map<Scope, Relations>();
  for (const uses of byRows(plans, tables, hitsOf)) {
    if (uses.length === 1) continue;
    const table = `counted_${sums.size}`;
    const bys = [...new Set(uses.map(({ by }) => by))];
    const { text, values } = countSql(table, uses, bys, tables(uses[0]!.part.scope));
    await session.rows(text, values);
    for (const use of uses) {
      const summedIn = { table, which: bys.indexOf(use.by) };
      sums.set(use.part.scope, { ...noTables, summed: sumsOf(summedIn, use), summedIn });
    }
  }
  return (scope) => sums.get(scope) ?? tables(scope);
}

/** The parts that can be counted so, by the rows that they are counted over. */
function byRows(plans: readonly Plan[], tables: TablesOf, hitsOf: HitsOf): Iterable<Use[]> {
  const found = new Map<string, Use[]>();
  for (const plan of plans.flatMap(withBases)) {
    const by = byOf(plan.dimensions);
    if (by === undefined) continue;
    for (const part of plan.parts) {
      const { relation, days, filters, goals } = part.scope;
      const hits = days.reduce((sum, day) => sum + hitsOf(day), 0);
      const isCounted = relation !== 'rolled' && relation !== 'robots' && days.length > 0;
      if (!isCounted || goals !== undefined || hits > few) continue;
      if (tables(part.scope).summed !== undefined) continue;
      const rows = JSON.stringify([relation, days, filters]);
      found.set(rows, [...(found.get(rows) ?? []), { part, by }]);
    }
  }
  return found.values();
}

/** Only plain columns: what is looked up for each row would be so once for each dimension. */
function byOf(dimensions: readonly Dimension[]): By | undefined {
  const named = dimensions.filter(isValueDimension);
  const [part, ...parts] = partsOfDay(dimensions);
  if (part !== undefined)
    return part === 'hour' && parts.length + named.length === 0 ? 'hour' : undefined;
  const [name = '', ...more] = named;
  if (more.length > 0) return undefined;
  return name === '' || (isFieldDimension(name) && fieldDimensions[name].rolled) ? name : undefined;
}

/** `(day, which, value, measures)`: `which` is the place in `bys`. */
function countSql(table: string, uses: readonly Use[], bys: readonly By[], from: Relations) {
  const [{ part }] = uses as [Use, ...Use[]];
  const { relation } = part.scope;
  if (relation === 'rolled') throw new Error('roll-ups hold no rows of hits or visits');
  const { values, bind } = binder();
  const source = sourceOf[relation];
  const each = bys.map((by, i) => `{which: ${i}, value: ${valueSql(by, source)}}`);
  const named = bys.flatMap((by) => (by === '' || by === 'hour' ? [] : [by]));
  const rows = `(SELECT ${source}.day, ${columns[relation]},
      unnest([${each.join(', ')}], recursive := true)
      ${fromSql({ ...part.scope, relation }, { named, from }, bind)})`;
  const sign = part.isTakenOff ? '-' : '';
  const measures = new Set(uses.flatMap((use) => use.part.measures));
  const counted = [...measures].map((name) => `${sign}${measureSql(name, relation)} AS ${name}`);
  const keys = ['day', 'which', 'value'];
  const text = `/* report.counted */ CREATE TEMP TABLE ${table} AS
    SELECT ${[...keys, ...counted].join(', ')}
    FROM ${relation === 'readings' ? readingsSql(keys, rows) : rows} GROUP BY ${keys.join(', ')}`;
  return { text, values };
}

function valueSql(by: By, source: 'h' | 'v'): string {
  if (by === '') return `''`;
  return by === 'hour' ? `${source}.hour::VARCHAR` : fieldDimensions[by].sql;
}

/** The sums of one part, as it would count them. */
function sumsOf({ table, which }: NonNullable<Relations['summedIn']>, { part, by }: Use): string {
  const value = by === 'hour' ? 'value::INTEGER AS hour' : `value AS "${by}"`;
  const read = ['day', ...(by === '' ? [] : [value]), ...part.measures];
  return `(SELECT ${read.join(', ')} FROM ${table} WHERE which = ${which})`;
}
