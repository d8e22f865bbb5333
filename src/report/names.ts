import type { Duck, Session } from '../duck/duck.ts';
import { countryNames, type Dimension, type Names, namesIn } from '../model/dimensions.ts';
import { robotKinds } from '../model/robot-kinds.ts';
import { type Filter, innerOf, type Query } from './query/types.ts';

type Table = Names['table'];

/**
 * The tables of the names of countries and regions, and of robots' kinds, made when a query first
 * names such a dimension: to list and load them takes a tenth of a second of a new process.
 */
export type NameTables = { ready(queries: readonly Query[]): Promise<void> };

/** The lists of regions and of robots are read only then. */
const listOf: Readonly<Record<Table, () => Promise<[code: string, name: string][]>>> = {
  country_names: async () => countryNames(),
  robot_kinds: robotKinds,
  region_names: async () => (await import('../model/region-names.ts')).regionNames(),
};

export function openNameTables(duck: Pick<Duck, 'write'>): NameTables {
  const made = new Map<Table, Promise<void>>();

  async function make(table: Table): Promise<void> {
    const names = await listOf[table]();
    await duck.write((session) => createNames(session, table, names));
  }

  return {
    async ready(queries) {
      for (const table of new Set(queries.flatMap(tablesOf))) {
        const making = made.get(table) ?? make(table);
        made.set(table, making);
        await making.catch((error: unknown) => {
          if (made.get(table) === making) made.delete(table);
          throw error;
        });
      }
    },
  };
}

function tablesOf({ dimensions, filters }: Query): Table[] {
  return [...dimensions, ...filters.flatMap(tested)].flatMap((name) => namesIn(name)?.table ?? []);
}

const tested = (filter: Filter): Dimension[] =>
  filter.kind === 'test' ? [filter.dimension] : innerOf(filter).flatMap(tested);

async function createNames(
  session: Session,
  table: Table,
  names: readonly (readonly [code: string, name: string])[],
): Promise<void> {
  await session.rows(
    `/* report.names */ CREATE TABLE ${table} AS SELECT pair[1] AS code, pair[2] AS name
      FROM (SELECT unnest(from_json($1::JSON, '[["VARCHAR"]]')) AS pair)`,
    [JSON.stringify(names)],
  );
}
