import {
  type ClosedDay,
  destroyed,
  type FileKind,
  type FileSet,
  filesOfSet,
  type Month,
} from '../../ledger/manifest.ts';
import type { Day } from '../../lib/site-days.ts';
import type { DamagedFiles } from './damaged-files.ts';

/** What is left of a month whose manifest was read. */
export type RescuedMonth = {
  readonly content: Month;
  /** Days whose hits are there and other files are not: they can be made again. */
  readonly remake: readonly Day[];
  /** One line each. */
  readonly missing: readonly string[];
};

type Left = {
  readonly set: FileSet | undefined;
  /** `sums`: its hits are lost; `hits`: other files are. */
  readonly left: 'all' | 'hits' | 'sums' | 'nothing';
  readonly missing: readonly string[];
};

/** Copies the files that a month's manifest names, and leaves out of it what is not there. */
export async function rescueMonth(
  files: DamagedFiles,
  siteId: string,
  month: string,
  { days, merged, ...rest }: Month,
): Promise<RescuedMonth> {
  const left = merged && (await rescueSet(files, siteId, month, merged));
  const missing = [...(left?.missing ?? [])];
  const remake: Day[] = [];
  const kept: Record<Day, ClosedDay> = {};
  for (const [day, closed] of Object.entries(days)) {
    const own = closed.own && (await rescueSet(files, siteId, day, closed.own));
    missing.push(...(own?.missing ?? []));
    const of = own ?? left;
    const { own: _, ...bare } = closed;
    const next = own?.set === undefined ? bare : { ...bare, own: own.set };
    if (of === undefined || of.left === 'all') kept[day] = next;
    else if (of.left === 'hits') {
      kept[day] = next;
      if (closed.pruned === undefined) remake.push(day);
    } else if (of.left === 'sums') {
      kept[day] = destroyed(next, 'hits');
      if (closed.pruned === undefined)
        missing.push(
          `${day}: its ${closed.hits} hits and ${closed.visits} visits; its sums are there`,
        );
    } else missing.push(`${day}: its ${closed.hits} hits, ${closed.visits} visits and its sums`);
  }
  const mergedSet = left?.set;
  const content = { ...rest, days: kept, ...(mergedSet !== undefined && { merged: mergedSet }) };
  return { content, remake, missing };
}

/** Where hits are lost, visits are of no use: a report would have the one without the other. */
async function rescueSet(
  files: DamagedFiles,
  siteId: string,
  dayOrMonth: string,
  set: FileSet,
): Promise<Left> {
  const missing: string[] = [];
  const bad = new Set<FileKind>();
  for (const file of filesOfSet(siteId, dayOrMonth, set)) {
    const problem = await files.copyChecked(file);
    if (problem === undefined) continue;
    bad.add(file.kind);
    missing.push(`files/${file.name}: ${problem}`);
  }
  if (bad.size === 0) return { set, left: 'all', missing };
  const without = (kinds: Iterable<FileKind>): FileSet => {
    const kept = { ...set.files };
    for (const kind of kinds) delete kept[kind];
    return { ...set, files: kept };
  };
  const hasHits = set.files.hits !== undefined && !bad.has('hits');
  if (hasHits) return { set: without(bad), left: 'hits', missing };
  const hasSums = set.files.rollup !== undefined && !bad.has('rollup');
  if (hasSums)
    return { set: without([...bad, 'hits', 'visits', 'late', 'erased']), left: 'sums', missing };
  return { set: undefined, left: 'nothing', missing };
}
