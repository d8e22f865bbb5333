import type { Session } from '../../duck/duck.ts';
import { type Dimension, dimensionValueSql, ofHits } from '../../model/dimensions.ts';
import type { Relations } from '../../visits/tables.ts';
import { withBases } from '../plan/bases.ts';
import {
  dimensionsIn,
  type Plan,
  type Scope,
  sharedKey,
  type TablesOf,
  worthSharing,
} from '../plan/types.ts';
import type { Test } from '../query/types.ts';
import { binder, type Statement } from './bind.ts';
import { daysFilterSql, valuesIn } from './days-filter.ts';
import { filterSql } from './filter.ts';
import { groupSqlOf } from './page-groups.ts';
import { scopeSql } from './rows-sql.ts';

/** A scope with the dimensions that its rows are grouped by. */
export type Use = { readonly scope: Scope; readonly dimensions: readonly Dimension[] };

/**
 * Where several scopes ask for the same days and filters: reads the hits that match, and their
 * visits, into tables of their own, with only the columns that are asked for, and gives these in
 * place of all hits and visits.
 */
export async function shareRows(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<{ readonly tables: TablesOf; drop(): Promise<void> }> {
  const groups = new Map<string, Use[]>();
  const all = plans
    .flatMap(withBases)
    .flatMap(({ parts, dimensions }) => parts.map(({ scope }): Use => ({ scope, dimensions })));
  for (const use of all) {
    if (!worthSharing(use.scope, all.length)) continue;
    const key = sharedKey(use.scope);
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  const narrowed = new Map<string, Relations>();
  for (const [key, uses] of groups) {
    const [{ scope }] = uses as [Use, ...Use[]];
    if (!worthSharing(scope, uses.length)) continue;
    const own = placesOf(narrowed.size + 1);
    for (const { text, values } of narrowSql(own, uses, tables(scope)))
      await session.rows(text, values);
    narrowed.set(key, own);
  }
  return {
    tables:
      narrowed.size === 0 ? tables : (scope) => narrowed.get(sharedKey(scope)) ?? tables(scope),
    async drop() {
      for (const { hits, visits } of narrowed.values())
        for (const place of [visits, hits, aloneOf(hits)])
          await session.rows(`/* report.narrow */ DROP TABLE IF EXISTS temp.${place}`);
    },
  };
}

/** Hits by themselves, before their visits are found. */
const aloneOf = (hits: string) => `${hits}_alone`;

const placesOf = (n: number): Relations => ({
  hits: `found_hits_${n}`,
  visits: `found_visits_${n}`,
  matching: true,
});

/**
 * The statements that make the tables. Days that the span cuts are read whole: the scopes cut them
 * again. The visitor's id is taken from the visit: visits are fewer, and these ids are most of what
 * there is to read.
 */
export function narrowSql(own: Relations, uses: readonly Use[], all: Relations): Statement[] {
  const [{ scope }] = uses as [Use, ...Use[]];
  const texts = uses.map((use) => scopeSql(use.scope, use.dimensions, own, () => '?'));
  const ofHit = columnsIn(texts, 'h', ['day', 'visit']).filter((column) => column !== 'h.visitor');
  const ofVisit = columnsIn(texts, 'v', ['day', 'visit', 'visitor']);
  const dimensions = dimensionsIn(scope.filters);
  const asksHits = texts.some((text) => text.includes(own.hits));
  const hitsOf = (hits: string, visits: string) =>
    `SELECT ${['v.visitor', ...ofHit].join(', ')} FROM ${hits} AS h JOIN ${visits} AS v ON ${same}`;
  const visitsOf = (hits: string) =>
    `SELECT ${ofVisit.join(', ')} FROM ${all.visits} AS v SEMI JOIN ${hits} AS h ON ${same}`;

  const where = whereIn(all);
  if (!dimensions.some(ofHits)) {
    const visits = `SELECT ${ofVisit.join(', ')} FROM ${all.visits} AS v`;
    return [
      tableSql(own.visits, visits, where(scope, 'v')),
      ...(asksHits
        ? [tableSql(own.hits, hitsOf(all.hits, own.visits), where({ ...scope, filters: [] }, 'h'))]
        : []),
    ];
  }
  if (dimensions.every(ofHits)) {
    const alone = aloneOf(own.hits);
    const hits = `SELECT ${ofHit.join(', ')} FROM ${all.hits} AS h`;
    return [
      tableSql(alone, hits, where(scope, 'h', 'h.visit IS NOT NULL')),
      tableSql(own.visits, visitsOf(alone)),
      ...(asksHits ? [tableSql(own.hits, hitsOf(alone, own.visits))] : []),
    ];
  }
  return [
    tableSql(own.hits, hitsOf(all.hits, all.visits), where(scope, 'h')),
    tableSql(own.visits, visitsOf(own.hits)),
  ];
}

const same = 'v.day = h.day AND v.visit = h.visit';

/**
 * The columns of a source that the texts name, after those that are given. Texts hold no values, so
 * nothing else looks like one.
 */
function columnsIn(
  texts: readonly string[],
  source: 'h' | 'v',
  given: readonly string[],
): string[] {
  const named = texts.flatMap(
    (text) => text.match(new RegExp(`\\b${source}\\.("\\w+"|\\w+)`, 'g')) ?? [],
  );
  return [...new Set([...given.map((column) => `${source}.${column}`), ...named])];
}

const whereIn =
  (all: Relations) =>
  (
    { days, filters, pageGroups }: Pick<Scope, 'days' | 'filters' | 'pageGroups'>,
    source: 'h' | 'v',
    ...more: string[]
  ): Statement => {
    const { values, bind } = binder();
    const whole = days.map(({ day }) => ({ day }));
    const within = daysFilterSql(whole, bind);
    const groupSql = groupSqlOf({ days: whole, ...(pageGroups && { pageGroups }) }, all, bind);
    const sqlOf = (name: Test['dimension']) => dimensionValueSql(name, bind, groupSql);
    const own = { bind, sqlOf, doneSql: noneDone, valuesOf: valuesIn(all, within) };
    const matching = filters.map((one) => filterSql(one, own));
    return { text: ` WHERE ${[...more, ...within(source), ...matching].join(' AND ')}`, values };
  };

/** The hits that match do not say what else their visit did: such filters cannot be shared. */
const noneDone = () => 'false';

const tableSql = (
  table: string,
  select: string,
  where: Statement = { text: '', values: [] },
): Statement => ({
  text: `/* report.narrow */ CREATE TEMP TABLE ${table} AS\n    ${select}${where.text}`,
  values: where.values,
});
