import {
  type ClosedDay,
  type FileKind,
  type FileSet,
  fileName,
  type LedgerFile,
} from '../../ledger/manifest.ts';
import type { ProbedSet } from '../../ledger/probe-set.ts';
import type { Day } from '../../lib/site-days.ts';
import type { DamagedFiles, FoundSet } from './damaged-files.ts';
import type { RescuedMonth } from './named-days.ts';

/** What the files of a set say, or why they cannot be read. */
export type Probe = (paths: FoundSet['paths']) => Promise<ProbedSet | string>;

type Rebuilt = RescuedMonth & { readonly probed: readonly ProbedSet[] };

type Usable = { readonly found: FoundSet; readonly probed: ProbedSet; readonly set: FileSet };

/**
 * Makes a month's manifest from its files, where the manifest is lost. Of several sets of a day the
 * newest counts that can be read: an older one was replaced, and waits to be removed.
 */
export async function rebuildMonth(
  files: DamagedFiles,
  probe: Probe,
  sets: readonly FoundSet[],
  nowMs: number,
): Promise<Rebuilt> {
  const missing: string[] = [];
  const usable: Usable[] = [];
  for (const found of sets) {
    const { siteId, dayOrMonth, version } = found;
    // Of two sets with one day, the older one is not needed.
    if (usable.some((one) => one.found.dayOrMonth === dayOrMonth)) continue;
    const { erased: _, ...paths } = found.paths;
    const probed = await probe(paths);
    const where = `files/ledger/${siteId}/${dayOrMonth}/${version}`;
    if (typeof probed === 'string') missing.push(`${where}: ${probed}`);
    else {
      for (const kind of Object.keys(paths) as FileKind[])
        if (probed.rows[kind] === undefined)
          missing.push(`${where}/${kind}.parquet: it is damaged`);
      if (probed.rows.hits === undefined && probed.rows.rollup === undefined) continue;
      usable.push({ found, probed, set: await copySet(files, found, probed) });
    }
  }
  return { ...manifestOf(usable, nowMs), missing, probed: usable.map(({ probed }) => probed) };
}

async function copySet(files: DamagedFiles, found: FoundSet, probed: ProbedSet): Promise<FileSet> {
  const { siteId, dayOrMonth, version } = found;
  const copied: Partial<Record<FileKind, LedgerFile>> = {};
  for (const [kind, rows] of Object.entries(probed.rows) as [FileKind, number][]) {
    // Without its hits, a day has sums only.
    if (probed.rows.hits === undefined && kind !== 'rollup' && kind !== 'hours') continue;
    copied[kind] = { ...(await files.copy(fileName(siteId, dayOrMonth, version, kind))), rows };
  }
  return { version, files: copied, ...(probed.schema > 1 && { schema: probed.schema }) };
}

function manifestOf(usable: readonly Usable[], nowMs: number): Pick<Rebuilt, 'content' | 'remake'> {
  const days: Record<Day, ClosedDay> = {};
  const remake = new Set<Day>();
  const merged = usable.find(({ found }) => found.dayOrMonth.length === 7);
  const put = (day: Day, { found: { paths }, probed, set }: Usable, own: boolean) => {
    days[day] = { ...closedDay(day, probed, nowMs), ...(own && { own: set }) };
    // Small days have no roll-ups.
    const sums = paths.rollup || paths.hours ? (['rollup', 'hours'] as const) : [];
    const isWhole = (['hits', 'visits', ...sums] as const).every((kind) => set.files[kind]);
    if (!isWhole && set.files.hits !== undefined) remake.add(day);
  };
  if (merged !== undefined) for (const day of daysIn(merged.probed)) put(day, merged, false);
  for (const one of usable) {
    const day = one.found.dayOrMonth;
    const isOlder = merged !== undefined && one.found.writtenMs < merged.found.writtenMs;
    if (day.length !== 10 || (isOlder && days[day] !== undefined)) continue;
    remake.delete(day);
    put(day, one, true);
  }
  return {
    content: { schema: 1, days, ...(merged !== undefined && { merged: merged.set }) },
    remake: [...remake],
  };
}

const daysIn = ({ hits, rolled }: ProbedSet): Day[] => [
  ...new Set([...Object.keys(hits), ...rolled]),
];

/** Duplicates and erased hits are not known any more. A day that has sums alone was pruned. */
function closedDay(day: Day, { hits, visits, rolled }: ProbedSet, nowMs: number): ClosedDay {
  const found = hits[day] ?? 0;
  return {
    ...{ hits: found, visits: visits[day] ?? 0, taken: found },
    ...{ duplicates: 0, erased: 0, journalRows: 0, closedMs: nowMs },
    ...(found === 0 && rolled.includes(day) && { pruned: 'hits' as const }),
  };
}
