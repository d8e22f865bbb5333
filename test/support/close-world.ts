import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CloseWorld } from '../../src/close/world.ts';
import type { Duck } from '../../src/duck/duck.ts';
import { temporaryName } from '../../src/home/disk.ts';
import type { Home } from '../../src/home/home.ts';
import type { Clock } from '../../src/lib/clock.ts';

/**
 * What closing works with, over a home; `duck` may read and write its files. Another process that
 * starts leaves `scratch` alone.
 */
export const closeWorldOf = (home: Home, duck: Duck, clock: Clock) => ({
  ...{ home, duck, clock, random: randomBytes },
  scratch: join(home.files.folder, '.unfinished', temporaryName('-rows')),
  checkRoom: () => {},
});

/**
 * The next month's row is put, then `between` runs, and the put is said to have failed: its answer
 * was lost.
 */
export function losingAnAnswer(
  world: CloseWorld,
  home: Home,
  between: () => Promise<unknown>,
): CloseWorld {
  let left = 1;
  const rows: Home['rows'] = {
    ...home.rows,
    async putIf(row, expected) {
      const won = await home.rows.putIf(row, expected);
      if (!row.partition.startsWith('month/') || left-- <= 0) return won;
      await between();
      return false;
    },
  };
  return { ...world, home: { ...home, rows } };
}
