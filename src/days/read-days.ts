import type { Session } from '../duck/duck.ts';
import { lostFile } from '../ledger/checked-file.ts';
import { fileRows } from '../ledger/file-rows.ts';
import { fileOfDay, type NamedFile } from '../ledger/manifest.ts';
import type { RolledFile } from '../ledger/rolled-rows.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import { noTables } from '../visits/tables.ts';
import { filesOf, fileTables, rolledTable } from './file-tables.ts';
import { type HeldDay, type HeldDays, readClosedDays, readHeldDays } from './held-days.ts';
import type { ClosedHits } from './mounts/mounts.ts';
import type { Days } from './open-days.ts';
import type { TablesOf, Wanted } from './wanted.ts';

type Site = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  readonly erasedTo?: string;
};

/** What a caller wants of the days: which rows, and what it computes from them. */
export type Work<T> = {
  readonly scopes: readonly Wanted[];
  compute(session: Session, tables: TablesOf): Promise<T>;
};

/**
 * Days can be closed, merged or pruned under a reader. If that happens every time, it is a fault.
 */
const attempts = 8;

/**
 * Computes over the hits of a site's days from `first` to `last` (undefined: no limit), all as
 * they are at one moment. `workOf` gets the days that there are. Closed days without late rows are
 * read from files. All others are mounted, with every row that was acknowledged before the call.
 * If the ledger changes meanwhile, everything starts again. Rejects with fault `unavailable` after
 * `timeoutMs`.
 */
export async function withHits<T>(
  days: Days,
  site: Site,
  [first, last]: readonly [first: Day | undefined, last: Day | undefined],
  workOf: (held: HeldDays) => Work<T>,
): Promise<T> {
  const { duck, monotonicMs, timeoutMs, reader } = days;
  const asker = { name: `${site.id} ${reader?.name}`, signal: reader?.signal };
  const endMs = monotonicMs() + timeoutMs;
  const leftMs = () => Math.max(1, endMs - monotonicMs());
  const absentBefore = new Set<string>();
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const held = await readHeldDays(days, site, first, last);
    const work = workOf(held);
    const opening = openSources(days, site, held, work.scopes);
    const sources = await inTime(opening, leftMs(), timeoutMs).catch((error: unknown) => {
      const rest = opening.then(
        (late) => typeof late === 'object' && 'release' in late && late.release(),
        () => {},
      );
      reader?.lingers?.(rest);
      throw error;
    });
    if (sources === 'changed') continue;
    if ('absent' in sources) {
      // Named by the ledger as it was read after the file was found absent.
      if (absentBefore.has(sources.absent)) throw lostFile(sources.absent);
      absentBefore.add(sources.absent);
      continue;
    }
    try {
      return await duck.read((session) => work.compute(session, sources.tables), leftMs(), asker);
    } catch (error) {
      if (!(error instanceof DaybookError)) await sources.recheck();
      throw error;
    } finally {
      sources.release();
    }
  }
  throw new DaybookError(
    'unavailable',
    `the site's days changed at each of ${attempts} attempts to read them; ask again`,
  );
}

type Sources = {
  readonly tables: TablesOf;
  /** Rejects with fault `damaged` where a file has become other than it was. */
  recheck(): Promise<void>;
  release(): void;
};

/**
 * `absent` names a file that is not there: the ledger has changed, or the file is lost. `changed`
 * where the ledger is no longer as it was.
 */
async function openSources(
  { files: ledgerFiles, rolls: rolledRows, mounts, months }: Days,
  site: Site,
  held: HeldDays,
  scopes: readonly Wanted[],
): Promise<Sources | 'changed' | { readonly absent: string }> {
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
    const files = keep(await ledgerFiles.open(filesIn(site.id, scopes, mounted, held)));
    const rolls = keep(
      await rolledRows.hold(scopes.flatMap((scope) => rolledFiles(site.id, scope, held))),
    );
    const closed = new Map<Day, ClosedHits>();
    for (const day of mounted) {
      const file = closedHits(site.id, day, held);
      if (file !== undefined)
        closed.set(day, { version: file.name, from: fileRows('hits', [file], files.pathOf) });
    }
    const lease = keep(await mounts.refresh(site, mounted, closed));
    if (await haveChanged(months, site.id, mounted, held)) {
      release();
      return 'changed';
    }
    const tables = (scope: Wanted) => {
      const days = daysOf([scope]);
      if (scope.relation === 'rolled')
        return {
          ...noTables,
          rolled: rolledTable(site.id, days, held, { by: scope.rolled ?? '', from: rolls.from }),
        };
      return isOfFiles(scope) ? fileTables(site.id, days, held, files.pathOf) : lease.tables;
    };
    const recheck = async () => {
      const rolled = scopes.flatMap((scope) => rolledFiles(site.id, scope, held));
      const all = [...filesIn(site.id, scopes, mounted, held), ...rolled];
      (await ledgerFiles.open(all, true)).release();
    };
    return { tables, recheck, release };
  } catch (error) {
    release();
    if (error instanceof DaybookError && error.fault === 'not-found')
      return { absent: error.message };
    throw error;
  }
}

const isMounted = ({ days }: Wanted) => days.length > 0 && days[0]!.source === undefined;

const isOfFiles = ({ days, relation }: Wanted) =>
  days[0]?.source === 'files' && relation !== 'rolled';

const daysOf = (scopes: readonly Wanted[]): Day[] => [
  ...new Set(scopes.flatMap(({ days }) => days.map(({ day }) => day))),
];

/**
 * The files of hits and visits that scopes are read from. For mounted days, the ledger's file of
 * hits, if there is one.
 */
function filesIn(
  siteId: string,
  scopes: readonly Wanted[],
  mounted: readonly Day[],
  held: HeldDays,
): NamedFile[] {
  const days = daysOf(scopes.filter(isOfFiles));
  const kinds = ['hits', 'visits'] as const;
  return [
    ...kinds.flatMap((kind) =>
      [...filesOf(siteId, days, held, kind).values()].map(({ file }) => file),
    ),
    ...mounted.flatMap((day) => closedHits(siteId, day, held) ?? []),
  ];
}

function rolledFiles(siteId: string, scope: Wanted, held: HeldDays): RolledFile[] {
  if (scope.relation !== 'rolled') return [];
  const kind = scope.rolled === 'time:hour' ? 'hours' : 'rollup';
  return [...filesOf(siteId, daysOf([scope]), held, kind).values()].map(({ file }) => ({
    ...file,
    kind,
  }));
}

/** The ledger's file of hits of a mounted day, if it has one. */
function closedHits(siteId: string, day: Day, { closed }: HeldDays): NamedFile | undefined {
  const held = closed.get(day);
  return held && fileOfDay(siteId, held.month, day, 'hits');
}

/**
 * Whether days that were mounted have been closed since they were listed: their rows may
 * already have been removed when they were read.
 */
async function haveChanged(
  months: Days['months'],
  siteId: string,
  mounted: readonly Day[],
  held: HeldDays,
): Promise<boolean> {
  if (mounted.length === 0) return false;
  const days = [...mounted].sort();
  const now = await readClosedDays(months, siteId, days[0], days[days.length - 1]);
  return days.some((day) => versionOf(now.get(day)) !== versionOf(held.closed.get(day)));
}

const versionOf = (held: HeldDay | undefined) => held && (held.set?.version ?? '');

function inTime<T>(work: Promise<T>, leftMs: number, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DaybookError(
          'unavailable',
          `the hits were not ready to be counted within ${timeoutMs / 1000} s; ask again`,
        ),
      );
    }, leftMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
