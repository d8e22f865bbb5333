import { afterEach, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { pruneSite } from '../../src/close/prune-site.ts';
import { dayMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';

const day = '2026-03-12';
const atMs = Date.parse(`${day}T12:00:00Z`);
let ledger: TestLedger;
afterEach(() => ledger?.close());

test.each(longHomes)(
  'a hit is found by its id wherever its day is, on %s',
  async (homeName) => {
    ledger = await openLedger(homeName, atMs);
    const { world, engine } = ledger;
    const [first, late, highest] = ['0000000000000000', '7f00000000000001', 'ffffffffffffffff'];
    const others = Array.from({ length: 999 }, (_, nth) => String(nth + 1).padStart(16, '0'));
    const found = async () => {
      const site = await ledger.site();
      const ids = [first, late, highest, '0123456789abcdef'];
      const among = await engine.hitsAmong(site, day, [...ids, ...others]);
      return ids.map((id) => among.includes(id));
    };
    expect(await found()).toEqual([false, false, false, false]);
    await ledger.append([hitOf({ time: atMs, id: first! }), hitOf({ time: atMs, id: highest! })]);
    expect(await found()).toEqual([true, false, true, false]);

    ledger.setNow(atMs + 2 * dayMs);
    await closeDay(world, await ledger.site(), day);
    expect(await found()).toEqual([true, false, true, false]);
    await ledger.append([hitOf({ time: atMs, id: late! })], { late: true, receivedAtMs: atMs + 1 });
    expect(await found()).toEqual([true, true, true, false]);

    await closeDay(world, await ledger.site(), day);
    ledger.setNow(atMs + 60 * dayMs);
    await mergeMonths(world, await ledger.site());
    expect(await found()).toEqual([true, true, true, false]);

    await pruneSite(world, { ...(await ledger.site()), keepHitsDays: 30 });
    expect(await found()).toEqual([false, false, false, false]);
  },
  60_000,
);
