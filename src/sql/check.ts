import { refusedSql } from './refusals.ts';

/** The tables that there are. */
export const tables = ['hits', 'visits'] as const;

export type Table = (typeof tables)[number];

/** What may stand in FROM beside tables: rows out of nothing, and out of lists. */
const tableFunctions = new Set(['range', 'generate_series', 'unnest', 'json_each', 'json_tree']);

/**
 * Of single values, what says where this Daybook lies or how its database is set, and what reads
 * SQL that nobody has looked at.
 */
const hiddenFunctions =
  /^(getenv|getvariable|current_(setting|query)|json_(de)?serialize_|duckdb_|pragma_|pg_|has_.*_p)/;

/**
 * A name of WITH is known in all of its statement, also where DuckDB does not know it yet and takes
 * a table of its own, or a file: so it may be called like none of these.
 */
const ownName = /^(?!(duckdb|pragma|sqlite|pg|information)_)[\p{L}_][\p{L}\p{N}_]*$/u;

type Tree = { readonly [name: string]: unknown };

/**
 * Looks at a statement as DuckDB's parser reads it. Throws `bad-input` that names `sql` unless it
 * is one SELECT (also with WITH, VALUES, DESCRIBE and SUMMARIZE) that asks for nothing but the
 * tables and what is made of them. The database is locked besides: this is the first of two walls,
 * and the one that says why. Gives the tables that it names.
 */
export function checkTree(tree: unknown): readonly Table[] {
  const { error, error_message: message, statements } = tree as Tree;
  if (error === true) throw refusedSql(wordsOf(String(message)));
  const all = statements as readonly unknown[];
  if (all.length !== 1)
    throw refusedSql(`expected one statement, got ${all.length === 0 ? 'none' : all.length}`);
  const named = new Set<string>();
  walk(all[0], { known: new Set(tables), named });
  return tables.filter((table) => named.has(table));
}

const wordsOf = (message: string) =>
  message.startsWith('Only SELECT')
    ? 'expected a SELECT; nothing can be changed, set, loaded or attached here'
    : message;

/** `known`: the tables that may be named here, those of WITH too; `named`: those that are. */
type Names = { readonly known: ReadonlySet<string>; readonly named: Set<string> };

function walk(at: unknown, names: Names): void {
  if (Array.isArray(at)) {
    for (const one of at) walk(one, names);
    return;
  }
  if (typeof at !== 'object' || at === null) return;
  const node = at as Tree;
  const own = withNames(node);
  const wrong = own.find((name) => !ownName.test(name));
  if (wrong !== undefined)
    throw refusedSql(`expected a name of letters after WITH, got ${JSON.stringify(wrong)}`);
  const here = own.length === 0 ? names : { ...names, known: new Set([...names.known, ...own]) };
  checkNode(node, here);
  for (const one of Object.values(node)) walk(one, here);
}

function withNames({ cte_map: map, cte_name: name }: Tree): string[] {
  const entries = (map as { map?: readonly { key: string }[] } | undefined)?.map ?? [];
  const names = entries.map(({ key }) => key);
  return [...names, ...(typeof name === 'string' && name !== '' ? [name] : [])].map(lower);
}

const lower = (text: string) => text.toLowerCase();

function checkNode(node: Tree, names: Names): void {
  const { type, class: kind, function_name: called } = node;
  if (type === 'BASE_TABLE') checkTable(node, names);
  if (type === 'SHOW_REF') checkShown(node);
  if (type === 'TABLE_FUNCTION') {
    const name = lower(String((node['function'] as Tree | undefined)?.['function_name']));
    if (!tableFunctions.has(name))
      throw refusedSql(
        `there is no ${name}() here; FROM takes hits, visits, WITH, subqueries, ` +
          [...tableFunctions].map((one) => `${one}()`).join(', '),
      );
  }
  if (kind === 'FUNCTION' && hiddenFunctions.test(lower(String(called))))
    throw refusedSql(`there is no ${lower(String(called))}() here`);
  if (kind === 'PARAMETER') throw refusedSql('expected values in place of parameters');
}

function checkTable(node: Tree, { known, named }: Names): void {
  const { table_name: table, schema_name: schema, catalog_name: catalog } = node;
  const name = [catalog, schema, table].filter((part) => part !== '' && part !== undefined);
  if (name.length === 1 && known.has(lower(String(table)))) {
    named.add(lower(String(table)));
    return;
  }
  throw refusedSql(
    `there is no table ${JSON.stringify(name.join('.')).slice(0, 100)}; there are hits and visits`,
  );
}

/** DESCRIBE and SUMMARIZE have a query; SHOW has names of what DuckDB itself has. */
function checkShown({ query }: Tree): void {
  if (query !== null && query !== undefined) return;
  throw refusedSql('expected DESCRIBE or SUMMARIZE with hits, visits or a SELECT');
}
