import type { Home } from '../home/home.ts';
import { type Clock, secondMs } from '../lib/clock.ts';
import { type Books, openBooks } from './books.ts';

const flushEveryMs = secondMs;

/**
 * The books of a process that may be frozen, or thrown away, after any answer, and in which no
 * timer runs.
 *
 * Stored hits are not counted here: their rows are, later (`settleSite`). So a hit costs its
 * one write and no other, and nothing of it can be lost. A dropped hit has no row: its count is
 * what is written instead of one, at the end of the event, at most once a second for a flood of
 * them. What a process is thrown away with is at worst the drops since its last write, less than a
 * second's.
 */
export function openFrugalBooks(
  home: Pick<Home, 'rows'>,
  clock: Clock,
): { readonly books: Books; readonly settle: () => Promise<void> } {
  const drops = openBooks(home);
  let pending = false;
  let flushedAtMs = Number.NEGATIVE_INFINITY;

  async function settle(): Promise<void> {
    if (!pending || Math.abs(clock() - flushedAtMs) < flushEveryMs) return;
    flushedAtMs = clock();
    pending = false;
    try {
      await drops.flush();
    } catch (error) {
      pending = true;
      throw error;
    }
  }

  return {
    books: {
      count(siteId, day, counter, by) {
        if (counter === 'stored') return;
        pending = true;
        drops.count(siteId, day, counter, by);
      },
      flush: drops.flush,
    },
    settle,
  };
}
