import type { Session } from '../duck/duck.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import {
  type ClosedDay,
  destroyed,
  type FileSet,
  filesOfMonth,
  filesOfSet,
  goneOf,
  isSameDay,
  type Month,
  type MonthRow,
  type NamedFile,
  readMonths,
  type SetName,
} from '../ledger/manifest.ts';
import { publishChange, removedOnFailure, removeUnpublished } from '../ledger/publish.ts';
import { type Content, saveFiles, verifyFiles } from '../ledger/save-files.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { computeTimeoutMs } from '../model/times.ts';
import {
  daysToMerge,
  holdsErased,
  type InJournal,
  mergedAlready,
  smallDays,
} from './due-merges.ts';
import {
  bothOf,
  contentsOf,
  daysToRoll,
  type LeftOut,
  type MergedKind,
  only,
  rollDays,
  sourcesOf,
} from './merge-sources.ts';
import { sweepSoon } from './sweep.ts';
import { type CloseWorld, type ClosingSite, newVersion } from './world.ts';

const nothing: LeftOut = { hits: new Set(), rollUps: new Set() };

/**
 * Merges the days of each month that is over into one set of files, and again if a day was closed
 * again since; before it is over, small days as soon as there are some. Gives the months of which
 * days were merged. A reader with the row from before finds the days' own files until they are
 * swept.
 */
export async function mergeMonths(world: CloseWorld, site: ClosingSite): Promise<string[]> {
  const merged: string[] = [];
  const isDue = (row: MonthRow, inJournal: InJournal) =>
    daysToMerge(row, site, world.clock(), inJournal);
  // Manifests first: a late row that one of them has counted is then either gone or found.
  const months = await readMonths(world.home, site.id);
  const due = months.filter((row) => isDue(row, { own: [], late: new Set() }) !== undefined);
  if (due.length === 0) return merged;
  const range = { from: due[0]!.month, to: `${due[due.length - 1]!.month}~` };
  const [own, late] = await Promise.all([
    ownDays(world.home, site.id, range),
    lateDays(world.home, site.id, range),
  ]);
  for (const row of due) {
    const days = isDue(row, { own, late: new Set(late) });
    if (days === undefined || !(await mergeMonth(world, { site, row, days }))) continue;
    merged.push(row.month);
    if (holdsErased(row)) await sweepSoon(world, mergedFiles(site.id, row));
  }
  return merged;
}

const mergedFiles = (siteId: string, { month, content: { merged } }: MonthRow): string[] =>
  merged === undefined ? [] : filesOfSet(siteId, month, merged).map(({ name }) => name);

/**
 * Gives roll-ups to a month of which some days lack them, since their hits are to be removed: to
 * all of its small days at once.
 */
export async function rollMonth(
  world: CloseWorld,
  site: ClosingSite,
  row: MonthRow,
): Promise<void> {
  const range = { from: row.month, to: `${row.month}~` };
  const small = smallDays(row, new Set(await lateDays(world.home, site.id, range)));
  const days = new Set([...mergedAlready(row), ...small]);
  if (await mergeMonth(world, { site, row, days, rolls: true }))
    await sweepSoon(world, mergedFiles(site.id, row));
}

type MonthToMerge = {
  readonly site: ClosingSite;
  /** As it was read. */
  readonly row: MonthRow;
  /** The closed days that go into the set; those that are merged already are among them. */
  readonly days: ReadonlySet<Day>;
  readonly leftOut?: LeftOut;
  /** Makes roll-ups in any case. */
  readonly rolls?: boolean;
};

/**
 * Makes one set of files of closed days of a month, without what is left out, and publishes it by
 * one conditional put. Gives false if one of the days has changed meanwhile. Days are copied one
 * after another, so a month takes no more memory than a day. Small days get roll-ups where others
 * have some, or where they have many hits together: a set has those of all of its days, or none.
 */
export async function mergeMonth(
  world: CloseWorld,
  { site, row, days, leftOut = nothing, rolls = false }: MonthToMerge,
): Promise<boolean> {
  const { random, faultPoint = () => {} } = world;
  if (await hasLateToCount(world, site, row)) return false;
  const name = { siteId: site.id, dayOrMonth: row.month, version: newVersion(random) };
  const content = { ...row.content, days: only(row.content.days, days) };
  const taken: MonthRow = { ...row, content };
  const files = filesOfMonth(site.id, taken).filter((file) =>
    isNeeded(site.id, taken, file, leftOut),
  );
  // Pruning makes room in the end; all else can wait for room.
  if (leftOut === nothing) world.checkRoom(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const opened = await openAll(world, files);
  try {
    const sources = (kind: MergedKind, of = taken) =>
      sourcesOf(site.id, of, kind, { leftOut, pathOf: opened.pathOf });
    const toRoll = daysToRoll(world, taken, leftOut, rolls);
    const contents = async (session: Session) => {
      const rolled = toRoll && (await rollDays(session, (kind) => sources(kind, toRoll)));
      return contentsOf((kind) => bothOf(sources(kind), rolled?.[kind]));
    };
    const set = await writeMerged(world, name, contents, (made) =>
      checkCounts(taken, leftOut, made),
    );
    const published = await publishChange(world, site.id, row, {
      change: (now) => mergedContent(content, now, set, leftOut),
      holds: ({ merged }) => merged?.version === name.version,
    });
    if (!published) await removeUnpublished(world, name);
    await faultPoint('merge.published');
    return published;
  } finally {
    opened.release();
  }
}

/** Whether its files have keys of late rows that are still to be removed: they would get lost. */
async function hasLateToCount(
  { home }: CloseWorld,
  { id }: ClosingSite,
  { month, content }: MonthRow,
): Promise<boolean> {
  if (content.merged?.files.late === undefined) return false;
  return (await lateDays(home, id, { from: month, to: `${month}~` })).length > 0;
}

async function writeMerged(
  world: CloseWorld,
  name: SetName,
  contentsIn: (session: Session) => Promise<readonly Content[]>,
  check: (set: FileSet) => void,
): Promise<FileSet> {
  const { duck, faultPoint = () => {} } = world;
  const compute = async (session: Session) => {
    const contents = await contentsIn(session);
    const { files } = await saveFiles(world, session, name, contents);
    await faultPoint('merge.saved');
    const set = await verifyFiles(world, session, name, { files, contents });
    check(set);
    return set;
  };
  const set = await removedOnFailure(world, name, () => duck.read(compute, computeTimeoutMs));
  await faultPoint('merge.verified');
  return set;
}

/**
 * Whether a day keeps its rows that are in the file. A damaged file that is not needed must not
 * keep days from being pruned.
 */
function isNeeded(
  siteId: string,
  { month, content }: MonthRow,
  { name, kind }: NamedFile,
  { hits, rollUps }: LeftOut,
): boolean {
  if (kind === 'late' || kind === 'month' || kind === 'erased') return false;
  const out = kind === 'hits' || kind === 'visits' ? hits : rollUps;
  const isMerged = name.startsWith(`ledger/${siteId}/${month}/`);
  return Object.entries(content.days).some(
    ([day, { own }]) =>
      !out.has(day) &&
      (own === undefined ? isMerged : !isMerged && name.startsWith(`ledger/${siteId}/${day}/`)),
  );
}

async function openAll({ home }: CloseWorld, named: ReturnType<typeof filesOfMonth>) {
  const opened: { release(): void }[] = [];
  const release = () => {
    for (const file of opened) file.release();
  };
  const paths = new Map<string, string>();
  try {
    for (const file of named) {
      const local = await openChecked(home.files, file);
      opened.push(local);
      paths.set(file.name, local.path);
    }
  } catch (error) {
    release();
    throw error;
  }
  return { pathOf: (name: string) => paths.get(name), release };
}

/** Throws unless the merged files have exactly the rows of their days. */
function checkCounts({ month, content }: MonthRow, leftOut: LeftOut, { files }: FileSet): void {
  for (const kind of ['hits', 'visits'] as const) {
    const days = Object.entries(content.days).filter(
      ([day, closed]) => goneOf(closed) === undefined && !leftOut.hits.has(day),
    );
    const expected = days.reduce((sum, [, day]) => sum + day[kind], 0);
    const came = files[kind]?.rows ?? 0;
    if (expected !== came)
      throw new DaybookError(
        'damaged',
        `the ${kind} of ${month} do not add up: expected ${expected}, got ${came}; ` +
          'nothing was published',
      );
  }
}

/**
 * The month's row with the merged files; undefined if it has others by now, or if a day that was
 * merged has changed.
 */
function mergedContent(
  before: Month,
  now: Month,
  merged: FileSet,
  leftOut: LeftOut,
): Month | undefined {
  if (now.merged?.version !== before.merged?.version) return undefined;
  const days: Record<Day, ClosedDay> = { ...now.days };
  for (const [day, was] of Object.entries(before.days)) {
    const present = now.days[day];
    if (present === undefined || !isSameDay(present, was)) return undefined;
    const { own: _, ...rest } = present;
    const gone = leftOut.rollUps.has(day) ? 'all' : leftOut.hits.has(day) ? 'hits' : undefined;
    days[day] = gone === undefined || gone === goneOf(was) ? rest : destroyed(rest, gone);
  }
  const { merged: _, ...rest } = now;
  return Object.keys(merged.files).length === 0 ? { ...rest, days } : { ...rest, days, merged };
}
