import { fileRows } from '../ledger/file-rows.ts';
import { fileOfDay, type NamedFile } from '../ledger/manifest.ts';
import type { RolledFile } from '../ledger/rolled-rows.ts';
import type { Day } from '../lib/site-days.ts';
import { noTables } from '../visits/tables.ts';
import { filesOf, fileTables, rolledTable } from './file-tables.ts';
import { areUnchanged, type DaysSite, type HeldDays } from './held-days.ts';
import type { ClosedHits } from './mounts/mounts.ts';
import { absentOr, type Changed, changed } from './one-moment.ts';
import type { Days } from './open-days.ts';
import type { Opened, Wanted } from './wanted.ts';

export type Sources = Opened & {
  /** Rejects with fault `damaged` where a file has become other than it was. */
  recheck(): Promise<void>;
  release(): void;
};

type World = Pick<Days, 'files' | 'rolls' | 'mounts' | 'months'>;

/**
 * Opens the files that scopes are read from, and mounts their other days. Then looks whether these
 * are still as they were: their rows may have been removed when they were read.
 */
export async function openSources(
  { files: ledgerFiles, rolls: rolledRows, mounts, months }: World,
  site: DaysSite,
  held: HeldDays,
  scopes: readonly Wanted[],
): Promise<Sources | Changed> {
  const opened: { release(): void }[] = [];
  const release = () => {
    for (const one of opened.splice(0)) one.release();
  };
  const keep = <T extends { release(): void }>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    const mounted = daysOf(scopes.filter(isMounted));
    const named = filesIn(site.id, scopes, mounted, held);
    const files = keep(await ledgerFiles.open(named));
    const rolled = scopes.flatMap((scope) => rolledFiles(site.id, scope, held));
    const rolls = rolled.length === 0 ? undefined : keep(await rolledRows!.hold(rolled));
    const closed = closedHits(site.id, mounted, held, files.pathOf);
    const lease = keep(await mounts.refresh({ ...site, erasures: held.erasures }, mounted, closed));
    if (!(await areUnchanged(months, site.id, held, mounted))) {
      release();
      return changed;
    }
    const tables = (scope: Wanted) => {
      const days = daysOf([scope]);
      if (scope.relation === 'rolled') {
        const by = scope.rolled ?? '';
        return {
          ...noTables,
          rolled: rolledTable(site.id, days, held, { by, from: rolls!.from }),
          rolledInFiles: rolls!.areInFiles(by),
        };
      }
      return isOfFiles(scope)
        ? fileTables(site.id, days, held, { pathOf: files.pathOf, kinds: kindsOf(scope) })
        : lease.tables;
    };
    const recheck = async () => (await ledgerFiles.open([...named, ...rolled], true)).release();
    return { tables, pathOf: files.pathOf, recheck, release };
  } catch (error) {
    release();
    return absentOr(error);
  }
}

const isMounted = ({ days }: Wanted) => days.length > 0 && days[0]!.source === undefined;

const isOfFiles = ({ days, relation }: Wanted) =>
  days[0]?.source === 'files' && relation !== 'rolled';

const kindsOf = ({ hitsOnly }: Wanted) =>
  hitsOnly ? (['hits'] as const) : (['hits', 'visits'] as const);

const daysOf = (scopes: readonly Wanted[]): Day[] => [
  ...new Set(scopes.flatMap(({ days }) => days.map(({ day }) => day))),
];

/**
 * The files of hits and visits that scopes are read from. For mounted days, the ledger's
 * hits, if there are any.
 */
function filesIn(
  siteId: string,
  scopes: readonly Wanted[],
  mounted: readonly Day[],
  held: HeldDays,
): NamedFile[] {
  const ofFiles = scopes.filter(isOfFiles);
  const kinds = new Set(ofFiles.flatMap(kindsOf));
  return [
    ...[...kinds].flatMap((kind) => {
      const days = daysOf(ofFiles.filter((scope) => kindsOf(scope).some((one) => one === kind)));
      return [...filesOf(siteId, days, held, kind).values()].map(({ file }) => file);
    }),
    ...mounted.flatMap((day) => hitsFiles(siteId, day, held)),
  ];
}

function rolledFiles(siteId: string, scope: Wanted, held: HeldDays): RolledFile[] {
  if (scope.relation !== 'rolled') return [];
  const by = scope.rolled ?? '';
  const kind = by === 'time:hour' ? 'hours' : 'rollup';
  return [...filesOf(siteId, daysOf([scope]), held, kind).values()].map(({ file }) => ({
    ...file,
    ...{ kind, by },
  }));
}

/** What the ledger has of mounted days. */
function closedHits(
  siteId: string,
  mounted: readonly Day[],
  held: HeldDays,
  pathOf: (name: string) => string,
): Map<Day, ClosedHits> {
  const closed = new Map<Day, ClosedHits>();
  for (const day of mounted) {
    const files = hitsFiles(siteId, day, held);
    if (files.length === 0) continue;
    const version = files.map(({ name }) => name).join(' ');
    closed.set(day, { version, from: fileRows('hits', files, pathOf) });
  }
  return closed;
}

/**
 * The ledger's hits of a mounted day; where an erasure was made or taken back since, also those
 * that were erased before.
 */
function hitsFiles(siteId: string, day: Day, { closed, unerased }: HeldDays): NamedFile[] {
  const held = closed.get(day);
  if (held === undefined) return [];
  const kinds = unerased.has(day) ? (['hits', 'erased'] as const) : (['hits'] as const);
  return kinds.flatMap((kind) => fileOfDay(siteId, held.month, day, kind) ?? []);
}
