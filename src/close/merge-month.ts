import type { Session } from '../duck/duck.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { asInFile, hitsFromFile, visitsFromFile } from '../ledger/columns.ts';
import { rollUpContents } from '../ledger/day-contents.ts';
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
  lacksRollUps,
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
import { type CloseWorld, type ClosingSite, mostUnrolled, newVersion } from './world.ts';

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

/**
 * So many small days are merged while their month runs: each has two files, and a merge of a month
 * takes longer than closing a day.
 */
const smallDaysAtOnce = 8;

/** Pruned days, whose rows a merge leaves out. */
export type LeftOut = { readonly hits: ReadonlySet<Day>; readonly rollUps: ReadonlySet<Day> };

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

/** The days that have rows in the journal. */
type InJournal = { readonly own: readonly Day[]; readonly late: ReadonlySet<Day> };

/** The closed days of a month that are to be merged now, with those that are; undefined: none. */
function daysToMerge(
  row: MonthRow,
  site: ClosingSite,
  nowMs: number,
  { own, late }: InJournal,
): ReadonlySet<Day> | undefined {
  const { month, content } = row;
  const all = Object.entries(content.days);
  const canBe = !all.some(([, day]) => canBeTakenBack(day));
  const ofMonth = (day: Day) => day.startsWith(month);
  const isOpen =
    [...late].some(ofMonth) || own.some((day) => ofMonth(day) && content.days[day] === undefined);
  if (canBe && !isOpen && isOver(row, site, nowMs)) return new Set(all.map(([day]) => day));
  const before = mergedAlready(row);
  if (before.some((day) => canBeTakenBack(content.days[day]!))) return undefined;
  const small = smallDays(row, late);
  // Of days that were erased from, the merged files have what their own have no more.
  const erased = all.flatMap(([day, { own, erased }]) => (own && erased > 0 ? [day] : []));
  const isErasing = canBe && holdsErased(row) && !erased.some((day) => late.has(day));
  if (!isErasing && small.length < smallDaysAtOnce) return undefined;
  return new Set([...before, ...small, ...(isErasing ? erased : [])]);
}

const mergedAlready = ({ content: { days } }: MonthRow): Day[] =>
  Object.keys(days).filter((day) => days[day]!.own === undefined);

/** Those with files of their own that may be merged: the keys of late rows would get lost. */
const smallDays = ({ content: { days } }: MonthRow, late: ReadonlySet<Day>): Day[] =>
  Object.keys(days).filter((day) => {
    const closed = days[day]!;
    return lacksRollUps(closed.own) && !canBeTakenBack(closed) && !late.has(day);
  });

function isOver({ month, content }: MonthRow, { zones }: ClosingSite, nowMs: number): boolean {
  const own = Object.values(content.days).filter(({ own }) => own !== undefined);
  if (own.length === 0) return false;
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
  const { days, merged: mergedSet } = row.content;
  const runs: { readonly alike: string; readonly files: Set<NamedFile>; readonly days: Day[] }[] =
    [];
  for (const day of Object.keys(days).sort()) {
    const { own } = days[day]!;
    const file =
      own === undefined
        ? merged
        : files.find(({ name }) => name.startsWith(`ledger/${siteId}/${day}/`));
    if (out.has(day) || file === undefined || pathOf(file.name) === undefined || !isDay(day))
      continue;
    // Each reading has to be planned: small days that follow each other are read at once.
    const isSmall = lacksRollUps(own ?? mergedSet);
    const alike = isSmall ? `${own === undefined} ${file.schema} ${file.normalized}` : day;
    if (runs.at(-1)?.alike !== alike) runs.push({ alike, files: new Set(), days: [] });
    runs.at(-1)!.files.add(file);
    runs.at(-1)!.days.push(day);
  }
  const selects = runs.map((run) => {
    const read = fileRows(kind, [...run.files], (name) => pathOf(name)!);
    const within = run.days.map((day) => `DATE '${day}'`).join(', ');
    const select = `SELECT * FROM ${read} WHERE day IN (${within})`;
    if (run.days.length === 1) return select;
    return `(${select} ORDER BY day, visit, "time"${kind === 'hits' ? ', id' : ''})`;
  });
  return selects.length === 0 ? undefined : `(${selects.join(' UNION ALL BY NAME ')})`;
}

/** The month with those of its days alone that lack roll-ups and are to get some. */
function daysToRoll(
  { rollsOver = mostUnrolled.month }: CloseWorld,
  { content, ...row }: MonthRow,
  { hits, rollUps }: LeftOut,
  always: boolean,
): MonthRow | undefined {
  const setOf = (day: Day) => content.days[day]!.own ?? content.merged;
  const days = Object.keys(content.days).filter((day) => !rollUps.has(day));
  const lacking = days.filter((day) => !hits.has(day) && lacksRollUps(setOf(day)));
  const count = lacking.reduce((sum, day) => sum + content.days[day]!.hits, 0);
  const isRolled =
    always || count > rollsOver || days.some((day) => setOf(day)?.files.rollup !== undefined);
  if (!isRolled || lacking.length === 0) return undefined;
  return { ...row, content: { ...content, days: only(content.days, new Set(lacking)) } };
}

type Rolled = Readonly<Partial<Record<MergedKind, string>>>;

/** Counts roll-ups over the hits and visits of days, into temporary tables of this session. */
async function rollDays(
  session: Session,
  sources: (kind: MergedKind) => string | undefined,
): Promise<Rolled> {
  const tables = { hits: 'lacking_hits', visits: 'lacking_visits' };
  const rowsOf = { hits: hitsFromFile, visits: visitsFromFile };
  for (const kind of ['hits', 'visits'] as const)
    await session.rows(`/* merge.lacking */ CREATE TEMP TABLE ${tables[kind]} AS
      ${rowsOf[kind](sources(kind)!, asInFile)}`);
  return Object.fromEntries(
    (await rollUpContents(session, tables)).map(({ kind, select }) => [kind, `(${select})`]),
  );
}

const bothOf = (a: string | undefined, b: string | undefined): string | undefined =>
  a !== undefined && b !== undefined ? `(FROM ${a} UNION ALL BY NAME FROM ${b})` : (a ?? b);

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
