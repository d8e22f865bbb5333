import {
  type Home,
  type Key,
  maxPage,
  type Range,
  type Row,
  type Rows,
} from '../../src/home/home.ts';
import { DaybookError } from '../../src/lib/errors.ts';

/**
 * A home in memory, for tests that are not about homes. It has rows only: files and salts reject.
 */
export function openMemoryHome(shards = 1): Home {
  const absent = () =>
    Promise.reject(new DaybookError('unavailable', 'the memory home has rows only'));
  return {
    name: 'machine',
    rows: openMemoryRows(),
    files: { folder: '', save: absent, open: absent, list: absent, remove: absent },
    salts: { getOrKeep: absent, list: absent, destroyDue: absent, destroySite: absent },
    shards,
    settingsMaxAgeMs: 0,
    writers: 'one',
    metered: false,
    countsStored: 'now',
    room: () => Number.POSITIVE_INFINITY,
    claim: async () => {},
    close: async () => {},
  };
}

type Partition = { readonly values: Map<string, string>; sorts: string[]; sorted: boolean };

/** Compares keys as JavaScript compares texts. This is right for keys without astral characters. */
export function openMemoryRows(): Rows {
  const partitions = new Map<string, Partition>();

  function of(name: string): Partition {
    let partition = partitions.get(name);
    if (partition === undefined) {
      partition = { values: new Map(), sorts: [], sorted: true };
      partitions.set(name, partition);
    }
    return partition;
  }

  function put({ partition, sort, value }: Row): void {
    const into = of(partition);
    if (!into.values.has(sort)) {
      into.sorted &&= into.sorts.length === 0 || into.sorts[into.sorts.length - 1]! < sort;
      into.sorts.push(sort);
    }
    into.values.set(sort, value);
  }

  function drop({ partition, sort }: Key): void {
    const from = of(partition);
    if (from.values.delete(sort)) from.sorts.splice(from.sorts.indexOf(sort), 1);
  }

  async function scan(partition: string, range: Range = {}): Promise<readonly Row[]> {
    const from = of(partition);
    if (!from.sorted) from.sorts.sort();
    from.sorted = true;
    const { sorts, values } = from;
    let i = Math.max(
      range.from === undefined ? 0 : firstFrom(sorts, range.from, false),
      range.after === undefined ? 0 : firstFrom(sorts, range.after, true),
    );
    const page: Row[] = [];
    const limit = range.limit ?? maxPage;
    for (; i < sorts.length && page.length < limit; i++) {
      const sort = sorts[i]!;
      if (range.to !== undefined && sort >= range.to) break;
      page.push({ partition, sort, value: range.keysOnly ? '' : values.get(sort)! });
    }
    return page;
  }

  return {
    append: async (rows) => rows.forEach(put),
    scan,
    count: async (partition) => of(partition).sorts.length,
    get: async (partition, sort) => of(partition).values.get(sort),
    async putIf(row, expected) {
      if (of(row.partition).values.get(row.sort) !== expected) return false;
      put(row);
      return true;
    },
    async add({ partition, sort }, counts) {
      const sums = JSON.parse(of(partition).values.get(sort) ?? '{}') as Record<string, number>;
      for (const [name, by] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + by;
      put({ partition, sort, value: JSON.stringify(sums) });
    },
    remove: async (keys) => keys.forEach(drop),
  };
}

/** The first index whose text is `>=` the given one; with `beyond`, `>`. */
function firstFrom(sorts: readonly string[], text: string, beyond: boolean): number {
  let low = 0;
  let high = sorts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beyond ? sorts[middle]! <= text : sorts[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
