import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOwner } from '../../src/account/owner.ts';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { hitOf } from './hits.ts';
import { openLedger } from './ledger.ts';

const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

/**
 * A data folder as a Daybook leaves it, to be copied and damaged: three days of March, merged; two
 * of April, closed, one with a late hit; and 4,000 hits of a day that is not closed. A visitor has
 * two pageviews a day.
 */
export async function makeDataFolder(): Promise<{
  readonly folder: string;
  readonly siteId: string;
  copy(): Promise<string>;
  remove(): Promise<void>;
}> {
  const ledger = await openLedger('machine', at(40, 0));
  const parent = await mkdtemp(join(tmpdir(), 'daybook-damaged-'));
  const folder = join(parent, 'whole');
  try {
    await openOwner(ledger.home, randomBytes).makeFirstKey();
    const site = await ledger.site();
    for (const day of [1, 2, 3, 32, 33])
      await ledger.append(
        [1, 2, 3, 4].map((n) => hitOf({ time: at(day, n), visitor: `a${n >> 1}`, page: `/${n}` })),
      );
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03', '2026-04-01', '2026-04-02'])
      await closeDay(ledger.world, site, day);
    ledger.setNow(at(42, 0));
    await mergeMonths(ledger.world, site);
    await ledger.append([hitOf({ time: at(33, 9), page: '/late' })], {
      late: true,
      receivedAtMs: ledger.now(),
    });
    const open = Array.from({ length: 4_000 }, (_, n) =>
      hitOf({ time: at(35, 1) + n * 1_000, visitor: `b${n % 97}`, page: `/open/${n % 50}` }),
    );
    for (let n = 0; n < open.length; n += 500) await ledger.append(open.slice(n, n + 500));
    await cp(ledger.folder, folder, { recursive: true });
    let copies = 0;
    return {
      folder,
      siteId: site.id,
      async copy() {
        const to = join(parent, `copy-${++copies}`);
        await cp(folder, to, { recursive: true });
        return to;
      },
      remove: () => rm(parent, { recursive: true, force: true }),
    };
  } finally {
    await ledger.close();
  }
}
