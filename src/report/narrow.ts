import type { Session } from '../journal/duckdb.ts';
import { withBases } from './conversions.ts';
import { type Dimension, factSql, ofHits } from './dimensions.ts';
import { filterSql } from './operators.ts';
import { factsIn, type Plan, type Scope, worthNarrowing } from './plan.ts';
import { binder, type Relations, type Statement, scopeSql, type TablesOf, withinSql } from './sql.ts';

/** A scope with the dimensions that its rows are grouped by. */
export type Use = { readonly scope: Scope; readonly dimensions: readonly Dimension[] };

/**
 * Where several scopes ask for the same days and filters: reads the hits that match, and their visits, into tables of their own, with only the
 * columns that are asked for, and gives these in place of all hits and visits.
 */
export async function narrow(session: Session, plans: readonly Plan[], tables: TablesOf): Promise<TablesOf> {
  const groups = new Map<string, Use[]>();
  for (const { parts, dimensions } of plans.flatMap(withBases)) {
    for (const { scope } of parts)
      groups.set(keyOf(scope), [...(groups.get(keyOf(scope)) ?? []), { scope, dimensions }]);
  }
  const narrowed = new Map<string, Relations>();
  for (const [key, uses] of groups) {
    const [{ scope }] = uses as [Use, ...Use[]];
    if (!worthNarrowing(scope, uses.length)) continue;
    const own = placesOf(narrowed.size + 1);
    for (const { text, values } of narrowSql(own, uses, tables(scope))) await session.rows(text, values);
    narrowed.set(key, own);
  }
  return (scope) => narrowed.get(keyOf(scope)) ?? tables(scope);
}

const placesOf = (n: number): Relations => ({ hits: `found_hits_${n}`, visits: `found_visits_${n}` });

/** Roll-ups are rows of another kind. */
const keyOf = ({ relation, days, filters }: Scope) => JSON.stringify([relation === 'rolled', days, filters]);

/**
 * The statements that make the tables. Days that the span cuts are read whole: the scopes cut them again. Who a visitor is, is told by
 * the visit: visits are fewer, and such ids are most of what there is to read.
 */
export function narrowSql(own: Relations, uses: readonly Use[], all: Relations): Statement[] {
  const [{ scope }] = uses as [Use, ...Use[]];
  const texts = uses.map((use) => scopeSql(use.scope, use.dimensions, own, () => '?'));
  const hits = columnsIn(texts, 'h', ['day', 'visit']).filter((column) => column !== 'visitor');
  const visits = columnsIn(texts, 'v', ['day', 'visit', 'visitor']);
  const ofHits_ = hits.map((column) => `h.${column}`).join(', ');
  const ofVisits = visits.map((column) => `v.${column}`).join(', ');
  const visitsOf = (table: string) =>
    `SELECT ${ofVisits} FROM ${all.visits} AS v SEMI JOIN ${table} AS h ON ${same}`;
  const facts = factsIn(scope.filters);
  if (!facts.some(ofHits)) {
    const found = made(
      own.visits,
      scope,
      'v',
      (where) => `SELECT ${ofVisits} FROM ${all.visits} AS v WHERE ${where}`,
    );
    if (!texts.some((text) => text.includes(own.hits))) return [found];
    const { filters: _, ...days } = scope;
    return [
      found,
      made(
        own.hits,
        { ...days, filters: [] },
        'h',
        (where) =>
          `SELECT v.visitor, ${ofHits_} FROM ${all.hits} AS h JOIN ${own.visits} AS v ON ${same} WHERE ${where}`,
      ),
    ];
  }
  if (facts.every(ofHits)) {
    const first = `${own.hits}_alone`;
    return [
      made(
        first,
        scope,
        'h',
        (where) => `SELECT ${ofHits_} FROM ${all.hits} AS h WHERE h.visit IS NOT NULL AND ${where}`,
      ),
      { text: tableSql(own.visits, visitsOf(first)), values: [] },
      {
        text: tableSql(
          own.hits,
          `SELECT v.visitor, h.* FROM ${first} AS h JOIN ${own.visits} AS v ON ${same}`,
        ),
        values: [],
      },
    ];
  }
  return [
    made(
      own.hits,
      scope,
      'h',
      (where) =>
        `SELECT v.visitor, ${ofHits_} FROM ${all.hits} AS h JOIN ${all.visits} AS v ON ${same} WHERE ${where}`,
    ),
    { text: tableSql(own.visits, visitsOf(own.hits)), values: [] },
  ];
}

const same = 'v.day = h.day AND v.visit = h.visit';
const tableSql = (table: string, select: string) =>
  `/* report.narrow */ CREATE TEMP TABLE ${table} AS\n    ${select}`;

/** The columns of a source that the texts name, after those that are given. Texts hold no values, so nothing else looks like one. */
function columnsIn(texts: readonly string[], source: 'h' | 'v', given: readonly string[]): string[] {
  const named = texts.flatMap((text) => text.match(new RegExp(`\\b${source}\\.("\\w+"|\\w+)`, 'g')) ?? []);
  return [...new Set([...given, ...named.map((name) => name.slice(2))])];
}

function made(
  table: string,
  { days, filters }: Pick<Scope, 'days' | 'filters'>,
  source: 'h' | 'v',
  select: (where: string) => string,
): Statement {
  const { values, bind } = binder();
  const within = withinSql(
    days.map(({ day }) => ({ day })),
    bind,
  )(source);
  const matching = filters.map((one) => filterSql(one, (name) => factSql(name, bind), bind, noneDone));
  return { text: tableSql(table, select([...within, ...matching].join(' AND '))), values };
}

/** What else a visit did is not told by the hits that match alone: such filters are not narrowed. */
const noneDone = () => 'false';
