import type { Session } from '../duck/duck.ts';
import { asInFile, hitsFromFile, visitsFromFile } from '../ledger/columns.ts';
import { rollUpContents } from '../ledger/day-contents.ts';
import { fileRows } from '../ledger/file-rows.ts';
import {
  type FileKind,
  filesOfMonth,
  lacksRollUps,
  type Month,
  type MonthRow,
  type NamedFile,
} from '../ledger/manifest.ts';
import { monthSql, rollUpOptions } from '../ledger/roll-up.ts';
import { type Content, hitsCheck, rowsCheck, visitsCheck } from '../ledger/save-files.ts';
import { type Day, isDay } from '../lib/site-days.ts';
import { type CloseWorld, mostUnrolled } from './world.ts';

/** Pruned days, whose rows a merge leaves out. */
export type LeftOut = { readonly hits: ReadonlySet<Day>; readonly rollUps: ReadonlySet<Day> };

export const only = (all: Month['days'], days: ReadonlySet<Day>) =>
  Object.fromEntries(Object.entries(all).filter(([day]) => days.has(day)));

export type MergedKind = Exclude<FileKind, 'late' | 'month' | 'erased'>;

/** What reads the rows of a kind, day by day in their order; undefined if no day has any. */
export function sourcesOf(
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
export function daysToRoll(
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
export async function rollDays(
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

export const bothOf = (a: string | undefined, b: string | undefined): string | undefined =>
  a !== undefined && b !== undefined ? `(FROM ${a} UNION ALL BY NAME FROM ${b})` : (a ?? b);

export function contentsOf(sources: (kind: MergedKind) => string | undefined): Content[] {
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
