import type { Session } from '../journal/duckdb.ts';
import { withBases } from './conversions.ts';
import { type FactName, isFact } from './dimensions.ts';
import { type Plan, type Scope, worthSharing } from './plan.ts';
import { shareSql, type TableOf, type TablesOf } from './sql.ts';

/** Reads every scope that several of the plans use into a table of its own, where that pays. */
export async function shareScopes(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<TableOf> {
  const used = new Map<string, { scope: Scope; named: Set<FactName>; uses: number; table?: string }>();
  for (const { parts, dimensions } of plans.flatMap(withBases)) {
    for (const { scope } of parts) {
      const key = keyOf(scope);
      const entry = used.get(key) ?? { scope, named: new Set(), uses: 0 };
      entry.uses++;
      for (const name of dimensions) if (isFact(name)) entry.named.add(name);
      used.set(key, entry);
    }
  }
  let made = 0;
  for (const entry of used.values()) {
    if (!worthSharing(entry.scope, entry.uses)) continue;
    entry.table = `scope_${++made}`;
    const { text, values } = shareSql(entry.table, entry.scope, [...entry.named], tables(entry.scope));
    await session.rows(text, values);
  }
  return (scope) => used.get(keyOf(scope))?.table;
}

const keyOf = (scope: Scope) => JSON.stringify(scope);
