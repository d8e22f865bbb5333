import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CloseWorld } from '../../src/close/world.ts';
import type { Duck } from '../../src/duck/duck.ts';
import { temporaryName } from '../../src/home/disk.ts';
import type { Home } from '../../src/home/home.ts';
import type { Clock } from '../../src/lib/clock.ts';

/**
 * What closing needs, over a home. `duck` must be allowed to read and write the home's files.
 * Another process that starts does not delete `scratch`. Days have few hits in tests, and get
 * roll-ups all the same; the option `rollsOver` says otherwise.
 */
export const closeWorldOf = (home: Home, duck: Duck, clock: Clock) => ({
  ...{ home, duck, clock, random: randomBytes },
  scratch: join(home.files.folder, '.unfinished', temporaryName('-rows')),
  checkRoom: () => {},
  rollsOver: 0,
});

/**
 * Loses one answer of the store: the next month's row is put, then `between` runs, and then the put
 * seems to have failed.
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
