import type { Site } from '../../account/site.ts';
import type { Entry } from '../../journal/append.ts';
import { importPartition } from '../../journal/keys.ts';
import { minuteMs } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import type { Day } from '../../lib/site-days.ts';
import { readAgent } from '../enrich/agent.ts';
import { openDays } from '../log/import-days.ts';
import type { ImportWorld } from '../log/import-log.ts';
import { entryOf, hitId } from '../make-hit.ts';
import { isSealed, rulesOf } from '../site-rules.ts';
import { type ClassicRow, readClassicRow, visitorTraits } from './classic-row.ts';

/** One page of the table. `resume` is where the next begins; undefined with the last. */
export type ClassicPage = {
  readonly rows: readonly ClassicRow[];
  readonly resume: string | undefined;
};

/** Why a row was not taken. `known`: it was imported before. */
export const noRowReasons = [
  'bot',
  'known',
  'future',
  'too-old',
  'excluded-page',
  'broken',
] as const;

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

/**
 * A table is in no order: all of its days come up again and again. Their ids are 16 bytes a hit.
 */
const maxDays = 1_000;

const batchRows = 500;

const brokenShown = 5;

const aheadMs = minuteMs;

/**
 * Takes a classic table over into a site, page by page. After each page it is written down where
 * the next begins, so that an import that was ended goes on there; the last page forgets that. A
 * row's id comes from its keys, and ids that its day has already are left out: importing twice
 * changes nothing. `source` names the table.
 */
export async function importClassic(
  world: ImportWorld & { readonly random: Random },
  site: Site,
  source: string,
  pagesFrom: (resume: string | undefined) => AsyncIterable<ClassicPage>,
  onPage: (soFar: { readonly rows: number; readonly taken: number }) => void = () => {},
): Promise<ClassicImport> {
  const { rows: stored } = world.home;
  const mark = { partition: importPartition(site.id), sort: source };
  const rules = rulesOf(site);
  const days = openDays(world.idsOfDay, site.id, maxDays);
  const notTaken = Object.fromEntries(noRowReasons.map((reason) => [reason, 0])) as Record<
    NoRow,
    number
  >;
  const broken: string[] = [];
  const touched = new Set<Day>();
  let [rows, taken] = [0, 0];

  /** The way of a row, in running order. */
  async function entryOfRow(row: ClassicRow, receivedAtMs: number): Promise<Entry | NoRow> {
    const view = readClassicRow(row, receivedAtMs);
    if ('expected' in view) {
      if (broken.length < brokenShown) broken.push(view.expected);
      return 'broken';
    }
    const agent = readAgent(view.candidate.userAgent);
    if (agent.bot) return 'bot';
    if (view.timeMs > receivedAtMs + aheadMs) return 'future';
    if (rules.excludesPage(view.candidate.page)) return 'excluded-page';
    const { candidate, timeMs } = view;
    const bounds = rules.dayOf(timeMs);
    if (isSealed(site, bounds.day, receivedAtMs)) return 'too-old';
    const known = days.known(bounds.day) ?? (await days.load(bounds.day));
    const id = hitId(candidate.id, world.random);
    if (known.has(id)) return 'known';
    known.add(id);
    const seen = { ...candidate, userAgent: visitorTraits(candidate) };
    // Always late: the running day's own partitions are its servers' alone (`journal/arrivals.ts`).
    return entryOf(world, { candidate: seen, site, agent, timeMs, bounds, late: true });
  }

  async function takePage(page: readonly ClassicRow[]): Promise<void> {
    const entries: Entry[] = [];
    for (const row of page) {
      const entry = await entryOfRow(row, world.clock());
      if (typeof entry === 'string') notTaken[entry]++;
      else entries.push(entry);
    }
    for (let from = 0; from < entries.length; from += batchRows) {
      const batch = entries.slice(from, from + batchRows);
      await world.appender.append(batch);
      for (const { day } of batch) {
        touched.add(day);
        world.books.count(site.id, day, 'stored');
      }
      taken += batch.length;
    }
    rows += page.length;
  }

  const mine = await stored.get(mark.partition, mark.sort);
  const start = mine === undefined ? undefined : (JSON.parse(mine) as { resume: string }).resume;
  try {
    for await (const page of pagesFrom(start)) {
      await takePage(page.rows);
      await world.books.flush();
      if (page.resume !== undefined)
        await stored.append([{ ...mark, value: JSON.stringify({ resume: page.resume }) }]);
      onPage({ rows, taken });
    }
    await stored.remove([mark]);
  } finally {
    await world.books.flush();
  }
  return { rows, taken, notTaken, broken, resumed: start !== undefined, days: [...touched].sort() };
}
