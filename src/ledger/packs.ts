import { type Home, type Range, scanAll } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { type ClosedDay, type FileSet, fileName, type MonthRow, monthOf } from './manifest.ts';

/**
 * Packs: the settled rows of days as provisional files, with the columns and kinds of the ledger's,
 * so that they are quick to read. The rows stay in the journal until the day is closed: a pack that
 * is lost or damaged is made again.
 *
 *   pack/<site>   <day>   Pack
 */
export const packPartition = (siteId: string) => `pack/${siteId}`;

export type Pack = {
  /** Of the kinds `packKinds`. */
  readonly set: FileSet;
  readonly hits: number;
  readonly visits: number;
  /** Its rows are in the order of the ledger's files. */
  readonly inOrder: boolean;
  /** Of the ledger's files that it contains too, as late rows came to a closed day. */
  readonly on?: string;
  /** Keys of the erasures whose hits it leaves out. */
  readonly erasures: readonly string[];
  /** It contains the rows that were received before this. */
  readonly untilMs: number;
  /** How many these are, by partition. */
  readonly rows: Readonly<Record<string, number>>;
  readonly era: string;
  readonly madeMs: number;
};

export const packKinds = ['hits', 'visits', 'rollup', 'hours'] as const;

/** The packs of a site's days that are of the present era; `range` is of days. */
export async function readPacks(
  { rows }: Pick<Home, 'rows'>,
  siteId: string,
  range: Pick<Range, 'from' | 'to'> = {},
): Promise<Map<Day, Pack>> {
  const packs = new Map<Day, Pack>();
  for await (const { sort, value } of scanAll(rows, packPartition(siteId), range))
    packs.set(sort, JSON.parse(value) as Pack);
  if (packs.size === 0) return packs;
  const era = await readEra({ rows });
  return new Map([...packs].filter(([, pack]) => pack.era === era));
}

/** A pack with the text it was read as: what `publishPack` replaces. */
export type PackRow = { readonly text: string | undefined; readonly pack: Pack | undefined };

export async function readPack(
  { rows }: Pick<Home, 'rows'>,
  siteId: string,
  day: Day,
): Promise<PackRow> {
  const text = await rows.get(packPartition(siteId), day);
  return { text, pack: text === undefined ? undefined : (JSON.parse(text) as Pack) };
}

/** Replaces the pack that was read. Gives false where somebody else was first. */
export async function publishPack(
  { rows }: Pick<Home, 'rows'>,
  { siteId, day }: { readonly siteId: string; readonly day: Day },
  { text }: PackRow,
  pack: Pack,
): Promise<boolean> {
  const row = { partition: packPartition(siteId), sort: day, value: JSON.stringify(pack) };
  try {
    return await rows.putIf(row, text);
  } catch (error) {
    if ((await rows.get(row.partition, row.sort)) === row.value) return true;
    throw error;
  }
}

export const packFileNames = (siteId: string, day: Day, { set }: Pack): string[] =>
  packKinds.map((kind) => fileName(siteId, day, set.version, kind));

/** A pack as a day that is closed: what reads the ledger's files reads its files too. */
export function asClosed(
  day: Day,
  { set, hits, visits }: Pack,
): { readonly closed: ClosedDay; readonly set: FileSet; readonly month: MonthRow } {
  const none = { taken: hits, duplicates: 0, erased: 0, journalRows: 0, closedMs: 0 };
  const closed: ClosedDay = { own: set, hits, visits, ...none };
  const content = { schema: 1, days: { [day]: closed } } as const;
  return { closed, set, month: { month: monthOf(day), text: undefined, content } };
}

/**
 * Packs are of an era: it ends when a clock is set back, since rows may then be received before
 * times that packs end at.
 *
 *   era   packs   {era}
 */
const eraKey = { partition: 'era', sort: 'packs' };

export async function readEra({ rows }: Pick<Home, 'rows'>): Promise<string> {
  const text = await rows.get(eraKey.partition, eraKey.sort);
  return text === undefined ? '' : (JSON.parse(text) as { era: string }).era;
}

/** Ends the era where there are packs of rows that were received later than now. */
export async function endEraAhead(
  home: Pick<Home, 'rows'>,
  siteIds: readonly string[],
  nowMs: number,
  era: string,
): Promise<void> {
  for (const siteId of siteIds) {
    const packs = [...(await readPacks(home, siteId)).values()];
    if (packs.some(({ untilMs }) => untilMs > nowMs)) return beginEra(home, era);
  }
}

/** Ends the present era: the packs that there are, and those under way, are not used any more. */
export async function beginEra({ rows }: Pick<Home, 'rows'>, era: string): Promise<void> {
  const value = JSON.stringify({ era });
  while (!(await rows.putIf({ ...eraKey, value }, await rows.get(eraKey.partition, eraKey.sort)))) {
    // Somebody else has begun one: ours is later.
  }
}
