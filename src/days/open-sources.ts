import { amendedTables } from '../ledger/amended-day.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { fileOfDay, type NamedFile } from '../ledger/manifest.ts';
import type { RolledFile } from '../ledger/rolled-rows.ts';
import type { Day } from '../lib/site-days.ts';
import { besides, noTables } from '../visits/tables.ts';
import { baseFiles, besideFiles, openPacks, packsOf } from './amended-days.ts';
import { filesOf, fileTables, rolledTable } from './file-tables.ts';
import { areUnchanged, type DaysSite, type HeldDays } from './held-days.ts';
import type { DayFiles } from './mounts/mounts.ts';
import { absentOr, type Changed, changed } from './one-moment.ts';
import type { Days } from './open-days.ts';
import type { DaySource, Opened, Wanted } from './wanted.ts';

export type Sources = Opened & {
  /**
   * Rejects with fault `damaged` where a file has become other than it was. Where that is a pack,
   * the reading begins again without it.
   */
  recheck(): Promise<Changed | undefined>;
  release(): void;
};

type World = Pick<Days, 'home' | 'files' | 'rolls' | 'mounts' | 'months' | 'lost'>;

/**
 * Opens the files that scopes are read from, and mounts their other days. Then looks whether these
 * are still as they were: their rows may have been removed when they were read.
 */
export async function openSources(
  world: World,
  site: DaysSite,
  held: HeldDays,
  scopes: readonly Wanted[],
): Promise<Sources | Changed> {
  const { files: ledgerFiles, rolls: rolledRows, mounts, months } = world;
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
    const packs = packsOf(site.id, mounted, held);
    const opening = await openPacks(world, packs);
    if (opening === undefined) return changed;
    for (const pack of opening) keep(pack);
    const named = filesIn(site.id, scopes, mounted, held);
    const files = keep(await ledgerFiles.open(named));
    const rolled = scopes.flatMap((scope) => rolledFiles(site.id, scope, held));
    const isRolled = scopes.some(({ relation }) => relation === 'rolled');
    const rolls = isRolled ? keep(await rolledRows!.hold(rolled)) : undefined;
    const ofDays = filesOfDays(site.id, mounted, held, files.pathOf);
    const lease = keep(await mounts.refresh({ ...site, erasures: held.erasures }, mounted, ofDays));
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
          rolled: rolledTable(site.id, days, heldFor(scope, held), { by, from: rolls!.from }),
          rolledInFiles: rolls!.areInFiles(by),
        };
      }
      const inFiles = () =>
        fileTables(site.id, days, heldFor(scope, held), {
          ...{ pathOf: files.pathOf, kinds: kindsOf(scope) },
        });
      switch (sourceOf(scope)) {
        case 'files':
          return inFiles();
        case 'amended':
          return amendedTables(inFiles(), lease.tables, kindsOf(scope));
        case 'before':
          return besides(lease.tables).before;
        default:
          return lease.tables;
      }
    };
    const recheck = async () => {
      const again = await openPacks(world, packs, true);
      if (again === undefined) return changed;
      for (const pack of again) pack.release();
      (await ledgerFiles.open([...named, ...rolled], true)).release();
      return undefined;
    };
    return { tables, pathOf: files.pathOf, recheck, release };
  } catch (error) {
    release();
    return absentOr(error);
  }
}

const sourceOf = ({ days }: Wanted): DaySource | undefined => days[0]?.source;

const isMounted = (scope: Wanted) =>
  scope.days.length > 0 && [undefined, 'amended', 'before'].includes(sourceOf(scope));

const isOfFiles = (scope: Wanted) =>
  scope.relation !== 'rolled' && (sourceOf(scope) === 'files' || sourceOf(scope) === 'amended');

/** The files of amended days are those that rows amend. */
const heldFor = (scope: Wanted, held: HeldDays): Pick<HeldDays, 'closed'> =>
  sourceOf(scope) === 'amended' ? { closed: held.bases } : held;

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
    ...[...kinds].flatMap((kind) =>
      ofFiles
        .filter((scope) => kindsOf(scope).some((one) => one === kind))
        .flatMap((scope) => [
          ...filesOf(siteId, daysOf([scope]), heldFor(scope, held), kind).values(),
        ])
        .map(({ file }) => file),
    ),
    ...mounted.flatMap((day) => hitsFiles(siteId, day, held)),
    ...mounted.flatMap((day) => baseFiles(siteId, day, held.bases.get(day))),
  ];
}

function rolledFiles(siteId: string, scope: Wanted, held: HeldDays): RolledFile[] {
  if (scope.relation !== 'rolled') return [];
  const by = scope.rolled ?? '';
  const kind = by === 'time:hour' ? 'hours' : 'rollup';
  return [...filesOf(siteId, daysOf([scope]), heldFor(scope, held), kind).values()].map(
    ({ file }) => ({
      ...file,
      ...{ kind, by },
    }),
  );
}

/** What files have of mounted days. */
function filesOfDays(
  siteId: string,
  mounted: readonly Day[],
  held: HeldDays,
  pathOf: (name: string) => string,
): Map<Day, DayFiles> {
  const found = new Map<Day, DayFiles>();
  for (const day of mounted) {
    const isClosed = held.closed.has(day);
    const files = hitsFiles(siteId, day, held);
    const base = held.bases.get(day);
    if (base !== undefined) {
      found.set(day, { ...besideFiles(siteId, day, base, pathOf), isClosed });
    } else if (files.length > 0) {
      const version = files.map(({ name }) => name).join(' ');
      found.set(day, { version, from: fileRows('hits', files, pathOf), isClosed });
    }
  }
  return found;
}

/**
 * The ledger's hits of a mounted day; where an erasure was made or taken back since, also those
 * that were erased before.
 */
function hitsFiles(siteId: string, day: Day, { closed, unerased, bases }: HeldDays): NamedFile[] {
  const held = closed.get(day);
  if (held === undefined || bases.has(day)) return [];
  const kinds = unerased.has(day) ? (['hits', 'erased'] as const) : (['hits'] as const);
  return kinds.flatMap((kind) => fileOfDay(siteId, held.month, day, kind) ?? []);
}
