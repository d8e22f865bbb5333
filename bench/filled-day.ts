import { packDay } from '../src/close/pack-day.ts';
import { openClosing } from '../src/entry/closing.ts';
import { openRandom } from '../src/entry/random.ts';
import { openWorldSites } from '../src/entry/world.ts';
import type { Row } from '../src/home/home.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { countPartition, daysPartition, hitPartition, runningSort } from '../src/journal/keys.ts';
import { dayMs } from '../src/lib/clock.ts';
import { daybook } from './processes.ts';
import { openTraffic } from './traffic.ts';

/** Hits of one append. */
const batch = 5_000;

export async function addSite(data: string): Promise<string> {
  await daybook('site', 'add', 'bench.test', '--open', '--data', data);
  const home = await openMachine(data);
  const [site] = await home.rows.scan('sites');
  await home.close();
  return site!.sort;
}

/**
 * Stores the hits of a day, `back` days ago in UTC, as if they had been received then. The day is
 * listed only when all its hits are stored: so nothing closes it too early.
 */
export async function fillDay(
  data: string,
  siteId: string,
  back: number,
  wanted: number,
): Promise<void> {
  const home = await openMachine(data);
  const day = new Date(Date.now() - back * dayMs).toISOString().slice(0, 10);
  const partition = hitPartition(siteId, day, 0);
  let rows: Row[] = [];
  let stored = 0;
  for (const hit of openTraffic(3 + back)(Date.parse(day), wanted)) {
    // Today's hits are all in its first minute: none may be in the future.
    const time = back === 0 ? Date.parse(day) + (hit.time % 60_000) : hit.time;
    rows.push({
      partition,
      sort: runningSort(time, hit.id),
      value: JSON.stringify({ ...hit, time }),
    });
    stored++;
    if (rows.length < batch) continue;
    await home.rows.append(rows);
    rows = [];
  }
  await home.rows.append(rows);
  await home.rows.add({ partition: countPartition(siteId), sort: day }, { stored });
  await home.rows.append([{ partition: daysPartition(siteId), sort: day, value: '{}' }]);
  await home.close();
}

/** Packs the day that runs at a time as it would then be. */
export async function pack(
  data: string,
  nowMs = Date.now(),
): Promise<{ hits: number; seconds: number }> {
  const home = await openMachine(data);
  const closing = await openClosing(home, () => nowMs);
  const [site] = await openWorldSites(home, Date.now, openRandom()).list();
  const startMs = performance.now();
  const packed = await packDay(closing.world, site!, new Date(nowMs).toISOString().slice(0, 10));
  const seconds = (performance.now() - startMs) / 1_000;
  closing.close();
  await home.close();
  return { hits: packed?.hits ?? 0, seconds };
}
