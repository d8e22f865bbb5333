import type { Site } from '../../account/site.ts';
import { closeDays } from '../../close/close-days.ts';
import { dueDays } from '../../close/due-days.ts';
import type { ImportWorld } from '../../collect/log/import-log.ts';
import { openVisitors } from '../../collect/visitors.ts';
import { knownIds } from '../../days/known-ids.ts';
import type { Duck } from '../../duck/duck.ts';
import { type Home, rowsExpire } from '../../home/home.ts';
import { openAppender } from '../../journal/append.ts';
import { openBooks } from '../../journal/books.ts';
import { openFrugalBooks } from '../../journal/metered-books.ts';
import type { Day } from '../../lib/site-days.ts';
import { openClosing } from '../closing.ts';
import { type DatabaseFiles, openOwnPlaces } from '../own-databases.ts';
import { random, say, sayFailure } from './data.ts';
import { carefulClock } from './machine-clock.ts';
import { addressOfServer } from './served-at.ts';

export type Importing = {
  readonly world: ImportWorld;
  readonly duck: Duck;
  /**
   * Closes the days that it has brought, but for those that are not over. Says so, and where
   * they are shown.
   */
  closeDays(site: Site, days: readonly Day[]): Promise<void>;
  close(): void;
};

export type ImportOptions = DatabaseFiles & {
  /** Folders that it reads by DuckDB. */
  readonly folders?: readonly string[];
};

/** What an import works with. */
export async function openImporting(
  home: Home,
  { folders = [], ...databases }: ImportOptions = {},
): Promise<Importing> {
  const { places } = await openOwnPlaces(databases);
  const closing = await openClosing(home, await carefulClock(home), folders);
  const world: ImportWorld = {
    home,
    idsOfDay: (siteId, day) => knownIds(closing.world, siteId, day),
    appender: openAppender(home),
    books: home.countsStored === 'later' ? openFrugalBooks(home, Date.now).books : openBooks(home),
    visitors: openVisitors(home.salts, random),
    places,
    clock: Date.now,
  };
  return {
    world,
    duck: closing.world.duck,
    async closeDays(site, days) {
      const due = await dueDays(closing.world, site, { atOnce: true });
      const recount = !rowsExpire(home);
      const brought = due
        .filter(({ day }) => days.includes(day))
        .map(({ day }) => ({ site, day, recount }));
      const { length: closed } = await closeDays(closing.world, brought, {
        onEvent(event) {
          if (event.kind === 'failed') sayFailure(event);
        },
      });
      if (brought.length > 0)
        say(`${'closed'.padEnd(14)} ${closed} ${closed === 1 ? 'day' : 'days'}`);
      const sorted = [...days].sort();
      const [from, to] = [sorted[0], sorted.at(-1)];
      if (from === undefined || to === undefined) return;
      const address = `/?site=${encodeURIComponent(site.domain)}&from=${from}&to=${to}`;
      say(`${'to be seen at'.padEnd(14)} ${await addressOfServer(home)}${address}`);
    },
    close: closing.close,
  };
}
