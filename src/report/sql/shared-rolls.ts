import type { Session } from '../../duck/duck.ts';
import { largeDimensions } from '../../model/dimensions.ts';
import type { Measure } from '../../model/measures.ts';
import { withBases } from '../plan/bases.ts';
import type { Part, Plan, TablesOf } from '../plan/types.ts';
import { binder, type Statement } from './bind.ts';

/**
 * Roll-ups that are not in memory yet: what several queries of a batch ask of the same files is
 * read once, into a table of its own. Each reading opens all files, which takes a millisecond a
 * file, longer than the rows do. Large dimensions are read by themselves: copying them takes
 * longer than reading them.
 */
export async function shareRolls(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<TablesOf> {
  const byFiles = new Map<string, Part[]>();
  for (const part of plans.flatMap(withBases).flatMap(({ parts }) => parts)) {
    const from = sharedFrom(part, tables);
    if (from !== undefined) byFiles.set(from, [...(byFiles.get(from) ?? []), part]);
  }
  const places = new Map<string, string>();
  for (const [from, parts] of byFiles) {
    if (parts.length === 1) continue;
    const place = `found_rolls_${places.size + 1}`;
    const { text, values } = gatherSql(place, from, parts);
    await session.rows(text, values);
    places.set(from, place);
  }
  if (places.size === 0) return tables;
  return (scope) => {
    const own = tables(scope);
    const place = places.get(sharedFrom({ scope }, tables) ?? '');
    return place === undefined ? own : { ...own, rolled: place };
  };
}

/** What reads its files, where that may be shared. */
function sharedFrom({ scope }: Pick<Part, 'scope'>, tables: TablesOf): string | undefined {
  const { relation, rolled = '' } = scope;
  if (relation !== 'rolled' || largeDimensions.includes(rolled)) return undefined;
  const { rolledInFiles, rolled: from } = tables(scope);
  return rolledInFiles === true ? from : undefined;
}

/** On days on which no hit has a property, their totals are those without: these come along. */
function gatherSql(place: string, from: string, parts: readonly Part[]): Statement {
  const { values, bind } = binder();
  const dimensions = [...new Set(['', ...parts.map(({ scope }) => scope.rolled ?? '')])];
  const measures: readonly Measure[] = ['events', 'stays', ...parts.flatMap((one) => one.measures)];
  const columns = ['day', 'dimension', 'value', ...new Set(measures)].join(', ');
  const text = `/* report.rolls */ CREATE TEMP TABLE ${place} AS SELECT ${columns} FROM ${from}
    WHERE dimension IN (${dimensions.map(bind).join(', ')})`;
  return { text, values };
}
