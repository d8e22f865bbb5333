import { expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { minuteMs } from '../lib/clock.ts';
import { dayStart, zonesFrom } from '../lib/site-days.ts';
import { openEngine } from './engine.ts';

test.each(['UTC', 'Asia/Kolkata', 'America/Los_Angeles'])(
  'in the first minutes of a day (%s), visitors of the last ones of the day before are there',
  async (zone) => {
    const zones = zonesFrom(zone, 0);
    const site = { id: `realtime-${zone}`, domain: 'example.com', zones };
    const midnightMs = dayStart(zones, '2026-11-22');
    const home = openMemoryHome();
    const clock = () => midnightMs + 2 * minuteMs;
    const engine = await openEngine({ home, clock, memoryBytes: 2 ** 28, threads: 1 });
    const at = (minutes: number, visitor: string) =>
      hitOf({ time: midnightMs + minutes * minuteMs, visitor });
    await appendHits(home, site, [at(-4, 'd'), at(-3, 'a'), at(-1, 'b'), at(1, 'c'), at(1, 'c')]);
    // Four minutes before midnight is six minutes ago.
    expect(await engine.realtime(site)).toBe(3);
    engine.close();
  },
);
