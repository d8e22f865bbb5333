export type BoundedMap<K, V> = { get(key: K): V | undefined; set(key: K, value: V): void };

/**
 * A map of the entries used last: never more than `limit` (even, at least 2). Two generations: when
 * the young one is full the old one is forgotten whole, so that staying bounded costs a reader
 * nothing.
 */
export function boundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const half = limit / 2;
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function set(key: K, value: V): void {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  function get(key: K): V | undefined {
    const value = young.get(key);
    if (value !== undefined) return value;
    const older = old.get(key);
    if (older !== undefined) set(key, older);
    return older;
  }

  return { get, set };
}
