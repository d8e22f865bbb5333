import { DaybookError } from '../lib/errors.ts';

export type Counts = Readonly<Record<string, number>>;

/**
 * Joins additions to one row: those that come while the row is being written wait together and are
 * written as one. `write` is never under way twice for the same row.
 */
export function joinAdditions(write: (id: string, counts: Counts) => Promise<void>) {
  type Joined = { counts: Counts; done: Promise<void> };
  const waiting = new Map<string, Joined>();
  const writing = new Map<string, Promise<void>>();

  async function writeNext(id: string): Promise<void> {
    await writing.get(id)?.catch(() => {});
    const joined = waiting.get(id)!;
    waiting.delete(id);
    writing.set(id, joined.done);
    try {
      await write(id, joined.counts);
    } finally {
      if (writing.get(id) === joined.done) writing.delete(id);
    }
  }

  return (id: string, counts: Counts): Promise<void> => {
    const joined = waiting.get(id);
    if (joined) {
      joined.counts = sum(joined.counts, counts);
      return joined.done;
    }
    const first: Joined = { counts, done: Promise.resolve() };
    waiting.set(id, first);
    first.done = Promise.resolve().then(() => writeNext(id));
    return first.done;
  };
}

/** By entries, since `__proto__` is a name like any other. */
export function sum(a: Counts, b: Counts): Counts {
  const total = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) total.set(name, (total.get(name) ?? 0) + count);
  return Object.fromEntries(total);
}

export function checkCounts(counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isFinite(count)) {
      throw new DaybookError(
        'bad-input',
        `counter ${JSON.stringify(name)}: expected a number, got ${count}`,
      );
    }
  }
}
