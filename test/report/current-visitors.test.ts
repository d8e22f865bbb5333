import { expect, test } from 'vitest';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { dayMs, minuteMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger } from '../support/ledger.ts';

test('after midnight those of the day before are there, also if a wrong clock has closed it', async () => {
  const midnightMs = Date.parse('2026-11-23T00:00:00Z');
  const ledger = await openLedger('machine', midnightMs - minuteMs, { timezone: 'UTC' });
  const at = (minutes: number, visitor: string) =>
    hitOf({ time: midnightMs + minutes * minuteMs, visitor });
  try {
    await ledger.append([at(-4, 'd'), at(-2, 'a'), at(-1, 'b')]);
    ledger.setNow(midnightMs + 2 * dayMs);
    const site = await ledger.site();
    const due = await dueDays(ledger.world, site);
    expect(due.map(({ day }) => day)).toEqual(['2026-11-22']);
    for (const one of due) await closeWhole(ledger.world, site, one);
    ledger.setNow(midnightMs + 2 * minuteMs);
    await ledger.append([at(1, 'c')]);
    // Four minutes before midnight is six minutes ago.
    expect(await ledger.engine.realtime(site)).toBe(3);
    // One more of the closed day: its visitor alone is mounted, beside those in files.
    await ledger.append(
      [at(0, 'e'), at(-1, 'b')].map((hit) => ({ ...hit, time: hit.time - 1 })),
      {
        ...{ late: true, receivedAtMs: midnightMs + 2 * minuteMs },
      },
    );
    expect(await ledger.engine.realtime(site)).toBe(4);
  } finally {
    await ledger.close();
  }
});
