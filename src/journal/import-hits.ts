import type { Clock } from '../lib/clock.ts';
import type { IdSet } from '../lib/id-set.ts';
import type { Day } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import type { Appender, Entry } from './append.ts';
import type { Books } from './books.ts';
import { storeHits } from './store-hits.ts';

/** All ids that a site-day has, wherever they are. */
export type IdsOfDay = (siteId: string, day: Day) => Promise<IdSet>;

/** What every import needs of the world around it. */
export type HitImportWorld = {
  readonly appender: Appender;
  readonly books: Books;
  readonly clock: Clock;
  readonly idsOfDay: IdsOfDay;
};

/** What the tests of imports ask of a hit. */
export type ImportFacts = {
  readonly id: string;
  /** Those that its day has already. */
  readonly ids: IdSet;
  /** As JSON text. */
  readonly hit: string;
  /** Undefined if nothing is. */
  readonly isErased: ((hit: Hit) => boolean) | undefined;
};

/**
 * Why a hit that its day would take is not imported, in the order in which it is asked. The table
 * of all reasons (`collect/judge.ts`) contains these.
 */
export const importTests = {
  known: ({ id, ids }: Pick<ImportFacts, 'id' | 'ids'>) => ids.has(id),
  erased: ({ hit, isErased }: Pick<ImportFacts, 'hit' | 'isErased'>) =>
    isErased?.(JSON.parse(hit) as Hit) === true,
};

export type NotImported = keyof typeof importTests;

type Options = {
  readonly batchRows: number;
  /** How many days keep their ids in memory: 16 bytes a hit at most. */
  readonly daysInMemory: number;
  /** Without it the books are written at the end only. */
  readonly flushEveryBatches?: number;
};

/** A hit that its day would take. Without a time of receipt, it is received when it is stored. */
export type Importable = {
  readonly day: Day;
  readonly id: string;
  readonly receivedAtMs?: number;
};

export type HitImport<Left extends NotImported = NotImported> = {
  /**
   * Takes a hit, or gives why it is left out. `make` gives it as JSON text; it is not called for a
   * hit that is known. Durable once `settle` has resolved.
   */
  take(hit: Importable, make: () => string | Promise<string>): Promise<Left | 'taken'>;
  /** Stores all that was taken. Resolved means durable. */
  settle(): Promise<void>;
  /** Waits for what is under way, whatever becomes of it, and writes the books. */
  end(): Promise<void>;
  /** How many hits were stored. */
  count(): number;
  /** The days that got hits, ascending. */
  days(): Day[];
};

/**
 * Brings hits of elsewhere into a site's days: the last steps of every import. Each id is taken
 * once a day, so that importing twice changes nothing. Hits are stored in batches, one while the
 * next is filled, and counted in the books. They are always late: the running day's own partitions
 * belong to its servers (`arrivals.ts`).
 */
export function openHitImport(
  world: HitImportWorld,
  siteId: string,
  options: Options & Pick<ImportFacts, 'isErased'>,
): HitImport;
/** Does not ask whether hits were erased. */
export function openHitImport(
  world: HitImportWorld,
  siteId: string,
  options: Options,
): HitImport<'known'>;
export function openHitImport(
  world: HitImportWorld,
  siteId: string,
  options: Options & Partial<Pick<ImportFacts, 'isErased'>>,
): HitImport {
  const { batchRows, daysInMemory, isErased } = options;
  const { flushEveryBatches = Number.POSITIVE_INFINITY } = options;
  const idsOfDays = new Map<Day, IdSet>();
  const loaded = new Set<Day>();
  const touched = new Set<Day>();
  let pending: (Importable & { readonly hit: string })[] = [];
  let storing: Promise<void> = Promise.resolve();
  let [count, batches] = [0, 0];

  async function loadIds(day: Day): Promise<IdSet> {
    // A day that was left before: what was taken of it must be stored before its ids are read.
    if (loaded.has(day)) await settle();
    const ids = await world.idsOfDay(siteId, day);
    loaded.add(day);
    idsOfDays.set(day, ids);
    if (idsOfDays.size > daysInMemory) idsOfDays.delete(idsOfDays.keys().next().value!);
    return ids;
  }

  const take: HitImport['take'] = async ({ day, id, receivedAtMs }, make) => {
    const ids = idsOfDays.get(day) ?? (await loadIds(day));
    if (importTests.known({ id, ids })) return 'known';
    ids.add(id);
    const made = make();
    const hit = typeof made === 'string' ? made : await made;
    if (importTests.erased({ hit, isErased })) return 'erased';
    pending.push(receivedAtMs === undefined ? { day, id, hit } : { day, id, hit, receivedAtMs });
    if (pending.length >= batchRows) await storePending();
    return 'taken';
  };

  async function storePending(): Promise<void> {
    await storing;
    const nowMs = world.clock();
    const entries = pending.map(
      ({ day, id, hit, receivedAtMs = nowMs }): Entry => ({
        siteId,
        day,
        late: true,
        receivedAtMs,
        id,
        hit,
      }),
    );
    pending = [];
    storing = storeBatch(entries);
    // Awaited before the next one; until then a rejection must not count as unhandled.
    storing.catch(() => {});
  }

  async function storeBatch(entries: readonly Entry[]): Promise<void> {
    await storeHits(world, entries);
    for (const { day } of entries) touched.add(day);
    count += entries.length;
    if (++batches % flushEveryBatches === 0) await world.books.flush();
  }

  async function settle(): Promise<void> {
    await storePending();
    await storing;
  }

  async function end(): Promise<void> {
    await storing.catch(() => {});
    await world.books.flush();
  }

  return { take, settle, end, count: () => count, days: () => [...touched].sort() };
}
