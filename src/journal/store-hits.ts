import type { Day } from '../lib/site-days.ts';
import type { Appender, Entry } from './append.ts';
import type { Books } from './books.ts';

type World = { readonly appender: Appender; readonly books: Books };

/**
 * Appends hits, and counts them in the books as stored once they are durable. `isCounted` leaves
 * out a row that replaced one with the same key.
 */
export async function storeHits(
  { appender, books }: World,
  entries: readonly Entry[],
  isCounted: (entry: Entry) => boolean = () => true,
): Promise<void> {
  if (entries.length === 0) return;
  await appender.append(entries);
  for (const entry of entries) if (isCounted(entry)) books.count(entry.siteId, entry.day, 'stored');
}

export type BatchStore<T> = {
  /**
   * Gives what to wait for before the next one is added, if anything: a batch is stored while the
   * next one is filled.
   */
  add(item: T): Promise<void> | undefined;
  /** Stores all that was added. Resolved means durable. */
  settle(): Promise<void>;
  /** Waits for what is under way, whatever becomes of it, and writes the books. */
  end(): Promise<void>;
  /** How many hits were stored. */
  count(): number;
  /** The days that got hits, ascending. */
  days(): Day[];
};

/** Stores many hits in batches. `entriesOf` makes the rows of a batch at the moment of storing. */
export function openBatchStore<T>(
  world: World,
  options: {
    readonly batchRows: number;
    readonly entriesOf: (items: readonly T[]) => readonly Entry[];
    /** Without it the books are written at the end only. */
    readonly flushEveryBatches?: number;
  },
): BatchStore<T> {
  const { batchRows, entriesOf, flushEveryBatches = Number.POSITIVE_INFINITY } = options;
  const touched = new Set<Day>();
  let pending: T[] = [];
  let storing: Promise<void> = Promise.resolve();
  let [count, batches] = [0, 0];

  async function storePending(): Promise<void> {
    await storing;
    const items = pending;
    pending = [];
    storing = storeBatch(entriesOf(items));
    // Awaited before the next one; until then a rejection must not count as unhandled.
    storing.catch(() => {});
  }

  async function storeBatch(entries: readonly Entry[]): Promise<void> {
    await storeHits(world, entries);
    for (const { day } of entries) touched.add(day);
    count += entries.length;
    if (++batches % flushEveryBatches === 0) await world.books.flush();
  }

  return {
    add(item) {
      pending.push(item);
      return pending.length < batchRows ? undefined : storePending();
    },
    async settle() {
      await storePending();
      await storing;
    },
    async end() {
      await storing.catch(() => {});
      await world.books.flush();
    },
    count: () => count,
    days: () => [...touched].sort(),
  };
}
