import type { Site } from '../../account/site.ts';
import { type HitImport, openHitImport } from '../../journal/import-hits.ts';
import { importPartition } from '../../journal/keys.ts';
import type { Random } from '../../lib/random.ts';
import type { Day } from '../../lib/site-days.ts';
import type { Draft } from '../draft.ts';
import { readAgent } from '../enrich/agent.ts';
import { robotName } from '../enrich/robot-name.ts';
import { judgeOf, type Reason } from '../judge.ts';
import type { ImportWorld } from '../log/import-log.ts';
import { entryOf, hitId } from '../make-hit.ts';
import { rulesOf } from '../site-rules.ts';
import { type ClassicRow, type ClassicView, readClassicRow, visitorTraits } from './classic-row.ts';

/** One page of the table. `resume` is where the next begins; undefined with the last. */
export type ClassicPage = {
  readonly rows: readonly ClassicRow[];
  readonly resume: string | undefined;
};

/** The table to import: its name, and its pages from a place on. */
export type ClassicTable = {
  readonly name: string;
  pagesFrom(resume: string | undefined): AsyncIterable<ClassicPage>;
};

/** Why a row was not taken. `known`: it was imported before. */
export const noRowReasons = [
  'known',
  'future',
  'too-old',
  'excluded-page',
  'broken',
] as const satisfies readonly (Reason | 'broken')[];

export type NoRow = (typeof noRowReasons)[number];

export type ClassicImport = {
  readonly rows: number;
  readonly taken: number;
  readonly notTaken: Readonly<Record<NoRow, number>>;
  /** What was expected of the first of the rows that are broken. */
  readonly broken: readonly string[];
  /** An earlier import had ended early: this one went on from there. */
  readonly resumed: boolean;
  /** The site-days that got hits. */
  readonly days: readonly Day[];
};

type ClassicWorld = ImportWorld & { readonly random: Random };

/** A table has no order: its days come up again and again. */
const daysInMemory = 1_000;

const batchRows = 500;

const brokenShown = 5;

const judgeTime = judgeOf('future');

const judgeOnDay = judgeOf('excluded-page', 'too-old');

/**
 * Imports a classic table into a site, page by page. After each page it notes where the next one
 * begins: an import that was ended goes on from there, and the last page removes the note. A row's
 * id comes from its keys, and ids that its day has already are left out, so importing twice changes
 * nothing.
 */
export async function importClassic(
  world: ClassicWorld,
  site: Site,
  table: ClassicTable,
  onPage: (soFar: { readonly rows: number; readonly taken: number }) => void = () => {},
): Promise<ClassicImport> {
  const { rows: stored } = world.home;
  const mark = { partition: importPartition(site.id), sort: table.name };
  const into = openHitImport(world, site.id, { batchRows, daysInMemory });
  const notTaken = Object.fromEntries(noRowReasons.map((reason) => [reason, 0])) as Record<
    NoRow,
    number
  >;
  const broken: string[] = [];
  let rows = 0;

  async function takePage(page: readonly ClassicRow[]): Promise<void> {
    for (const row of page) {
      const outcome = await takeRow(world, site, into, row);
      if (outcome === 'taken') continue;
      const { reason, expected } = outcome;
      notTaken[reason]++;
      if (expected !== undefined && broken.length < brokenShown) broken.push(expected);
    }
    await into.settle();
    rows += page.length;
  }

  const noted = await stored.get(mark.partition, mark.sort);
  const start = noted === undefined ? undefined : (JSON.parse(noted) as { resume: string }).resume;
  try {
    for await (const page of table.pagesFrom(start)) {
      await takePage(page.rows);
      await world.books.flush();
      if (page.resume !== undefined)
        await stored.append([{ ...mark, value: JSON.stringify({ resume: page.resume }) }]);
      onPage({ rows, taken: into.count() });
    }
    await stored.remove([mark]);
  } finally {
    await into.end();
  }
  const resumed = start !== undefined;
  return { rows, taken: into.count(), notTaken, broken, resumed, days: into.days() };
}

type NotTaken = { readonly reason: NoRow; readonly expected?: string };

/** The way of a row: parse it (`ClassicView`), judge it (`Draft`), enrich it, store it. */
async function takeRow(
  world: ClassicWorld,
  site: Site,
  into: HitImport<'known'>,
  row: ClassicRow,
): Promise<NotTaken | 'taken'> {
  const receivedAtMs = world.clock();
  const view = readClassicRow(row, receivedAtMs);
  if ('expected' in view) return { reason: 'broken', expected: view.expected };
  const draft = judgeRow(site, view);
  if (typeof draft === 'string') return { reason: draft };
  const { day } = draft.bounds;
  const id = hitId(view.candidate.id, world.random);
  const made = async () => (await entryOf(world, draft)).hit;
  const outcome = await into.take({ day, id, receivedAtMs }, made);
  return outcome === 'taken' ? outcome : { reason: outcome };
}

function judgeRow(site: Site, { candidate, timeMs }: ClassicView): Omit<Draft, 'places'> | NoRow {
  // Asked first: a time in nanoseconds is past the end of the calendar, and has no day.
  const future = judgeTime({ timeMs, candidate });
  if (future !== undefined) return future;
  const rules = rulesOf(site);
  const agent = readAgent(candidate.userAgent);
  const bounds = rules.dayOf(timeMs);
  // The running day's own partitions belong to its servers (`journal/arrivals.ts`).
  const draft = { site, rules, agent, timeMs, bounds, late: true };
  const robot = agent.bot ? robotName(candidate.userAgent) : undefined;
  const seen = { ...candidate, userAgent: visitorTraits(candidate) };
  return judgeOnDay({ ...draft, candidate }) ?? { ...draft, candidate: seen, robot };
}
