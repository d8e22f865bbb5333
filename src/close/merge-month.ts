import type { Session } from '../duck/duck.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { fileRows } from '../ledger/file-rows.ts';
import {
  type ClosedDay,
  destroyed,
  type FileKind,
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
import { monthSql, rollUpOptions } from '../ledger/roll-up.ts';
import {
  type Content,
  hitsCheck,
  rowsCheck,
  saveFiles,
  verifyFiles,
  visitsCheck,
} from '../ledger/save-files.ts';
import { hourMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, dayEnd, isDay, previousDay } from '../lib/site-days.ts';
import { computeTimeoutMs } from '../model/times.ts';
import { sweepSoon } from './sweep.ts';
import { type CloseWorld, type ClosingSite, newVersion } from './world.ts';

/**
 * A month is merged this long after it ended and after its last closing: most late rows come in the
 * first hours.
 */
const mergeAfterMs = 6 * hourMs;

/**
 * Roll-up rows are sorted in memory, some 150 bytes each. If a month has more, its days keep their
 * own files.
 */
const mostRollUpRows = 4_000_000;

/** Pruned days, whose rows a merge leaves out. */
export type LeftOut = { readonly hits: ReadonlySet<Day>; readonly rollUps: ReadonlySet<Day> };

const nothing: LeftOut = { hits: new Set(), rollUps: new Set() };

/**
 * Merges the days of each month that is over into one set of files, and again if a day was closed
 * again since. Gives the months that were merged. A reader with the row from before finds the days'
 * own files until they are swept.
 */
export async function mergeMonths(world: CloseWorld, site: ClosingSite): Promise<string[]> {
  const merged: string[] = [];
  // Manifests first: a late row that one of them has counted is then either gone or found.
  const months = await readMonths(world.home, site.id);
  const due = months.filter((row) => isDue(row, site, world.clock()));
  if (due.length === 0) return merged;
  const range = { from: due[0]!.month, to: `${due[due.length - 1]!.month}~` };
  const [own, late] = await Promise.all([
    ownDays(world.home, site.id, range),
    lateDays(world.home, site.id, range),
  ]);
  for (const row of due) {
    const ofMonth = (day: Day) => day.startsWith(row.month);
    const unclosed = own.filter((day) => ofMonth(day) && row.content.days[day] === undefined);
    if (unclosed.length > 0 || late.some(ofMonth)) continue;
    const days = new Set(Object.keys(row.content.days));
    if (!(await mergeMonth(world, { site, row, days }))) continue;
    merged.push(row.month);
    if (holdsErased(row)) await sweepSoon(world, mergedFiles(site.id, row));
  }
  return merged;
}

function isDue({ month, content }: MonthRow, { zones }: ClosingSite, nowMs: number): boolean {
  const own = Object.values(content.days).filter(({ own }) => own !== undefined);
  if (own.length === 0 || Object.values(content.days).some(canBeTakenBack)) return false;
  if (holdsErased({ content })) return true;
  const lastMs = own.reduce(
    (last, { closedMs }) => Math.max(last, closedMs),
    dayEnd(zones, lastDay(month)),
  );
  const rollUpRows = [content.merged, ...own.map((day) => day.own)].map(
    (set) => set?.files.rollup?.rows ?? 0,
  );
  return nowMs >= lastMs + mergeAfterMs && rollUpRows.reduce((a, b) => a + b) <= mostRollUpRows;
}

/** Its merged files may still have hits that were erased from days which have others by now. */
const holdsErased = ({ content: { merged, days } }: Pick<MonthRow, 'content'>) =>
  merged !== undefined &&
  Object.values(days).some(({ own, erased }) => own !== undefined && erased > 0);

const mergedFiles = (siteId: string, { month, content: { merged } }: MonthRow): string[] =>
  merged === undefined ? [] : filesOfSet(siteId, month, merged).map(({ name }) => name);

/** A merge would mix what is to be destroyed with what stays. */
const canBeTakenBack = ({ keptUntilMs, own }: ClosedDay) =>
  keptUntilMs !== undefined || own?.files.erased !== undefined;

const lastDay = (month: string): Day => {
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));
  return previousDay(next.toISOString().slice(0, 10));
};

type MonthToMerge = {
  readonly site: ClosingSite;
  /** As it was read. */
  readonly row: MonthRow;
  /** The closed days that go into the set; those that are merged already are among them. */
  readonly days: ReadonlySet<Day>;
  readonly leftOut?: LeftOut;
};

/**
 * Makes one set of files of closed days of a month, without what is left out, and publishes it by
 * one conditional put. Gives false if one of the days has changed meanwhile. Days are copied one
 * after another, so a month takes no more memory than a day.
 */
export async function mergeMonth(
  world: CloseWorld,
  { site, row, days, leftOut = nothing }: MonthToMerge,
): Promise<boolean> {
  const { random, faultPoint = () => {} } = world;
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
    const contents = contentsOf((kind) =>
      sourcesOf(site.id, taken, kind, { leftOut, pathOf: opened.pathOf }),
    );
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

async function writeMerged(
  world: CloseWorld,
  name: SetName,
  contents: readonly Content[],
  check: (set: FileSet) => void,
): Promise<FileSet> {
  const { duck, faultPoint = () => {} } = world;
  const compute = async (session: Session) => {
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

const only = (all: Month['days'], days: ReadonlySet<Day>) =>
  Object.fromEntries(Object.entries(all).filter(([day]) => days.has(day)));

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

type MergedKind = Exclude<FileKind, 'late' | 'month' | 'erased'>;

/** What reads the rows of a kind, day by day in their order; undefined if no day has any. */
function sourcesOf(
  siteId: string,
  row: MonthRow,
  kind: MergedKind,
  {
    leftOut: { hits, rollUps },
    pathOf,
  }: {
    readonly leftOut: LeftOut;
    readonly pathOf: (name: string) => string | undefined;
  },
): string | undefined {
  const out = kind === 'hits' || kind === 'visits' ? hits : rollUps;
  const files = filesOfMonth(siteId, row).filter((file) => file.kind === kind);
  const merged = files.find(({ name }) => name.startsWith(`ledger/${siteId}/${row.month}/`));
  const selects = Object.entries(row.content.days)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, { own }]) => {
      if (out.has(day)) return [];
      const file =
        own === undefined
          ? merged
          : files.find(({ name }) => name.startsWith(`ledger/${siteId}/${day}/`));
      const path = file === undefined ? undefined : pathOf(file.name);
      if (path === undefined || !isDay(day)) return [];
      return [`SELECT * FROM ${fileRows(kind, [file!], () => path)} WHERE day = DATE '${day}'`];
    });
  return selects.length === 0 ? undefined : `(${selects.join(' UNION ALL BY NAME ')})`;
}

function contentsOf(sources: (kind: MergedKind) => string | undefined): Content[] {
  const [hits, visits, rollup, hours] = (['hits', 'visits', 'rollup', 'hours'] as const).map(
    sources,
  );
  const contents: Content[] = [];
  if (hits !== undefined)
    contents.push({
      kind: 'hits',
      select: `/* merge.hits */ SELECT * FROM ${hits}`,
      check: hitsCheck,
    });
  if (visits !== undefined)
    contents.push({
      kind: 'visits',
      select: `/* merge.visits */ SELECT * FROM ${visits}`,
      check: visitsCheck,
    });
  if (rollup !== undefined) {
    const select = `/* merge.roll-up */ SELECT * FROM ${rollup}`;
    const order = 'dimension, day, value';
    contents.push({ kind: 'rollup', select, order, check: rowsCheck, options: rollUpOptions });
    contents.push({
      kind: 'month',
      select: monthSql(rollup),
      check: rowsCheck,
      options: rollUpOptions,
    });
  }
  if (hours !== undefined)
    contents.push({
      kind: 'hours',
      select: `/* merge.hours */ SELECT * FROM ${hours}`,
      order: 'day, hour',
      check: rowsCheck,
    });
  return contents;
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
