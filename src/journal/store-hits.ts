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
