import type { Home } from '../home/home.ts';
import { timeText } from '../journal/keys.ts';
import { type Clock, hourMs, minuteMs } from '../lib/clock.ts';

/**
 * When closing passes merge, prune, destroy and sweep, though no day was closed:
 *
 *   upkeep   done         {atMs}: when it was last done
 *   upkeep   due/<time>   something is to be done then: removals are destroyed in time
 */
const partition = 'upkeep';

const everyMs = 6 * hourMs;

type World = { readonly home: Pick<Home, 'rows'>; readonly clock: Clock };

/** Asks for upkeep at that time, to the minute. */
export function planUpkeep({ home }: Pick<World, 'home'>, atMs: number): Promise<void> {
  return home.rows.append([{ partition, sort: dueAt(atMs), value: '{}' }]);
}

export async function isUpkeepDue({ home, clock }: World): Promise<boolean> {
  const text = await home.rows.get(partition, 'done');
  if (text === undefined) return true;
  const nowMs = clock();
  if (nowMs >= (JSON.parse(text) as { atMs: number }).atMs + everyMs) return true;
  return (await home.rows.scan(partition, { ...until(nowMs), limit: 1 })).length > 0;
}

/** Notes that all was done which was due at `startedMs`. */
export async function rememberUpkeep({ home, clock }: World, startedMs: number): Promise<void> {
  for (;;) {
    const due = await home.rows.scan(partition, until(startedMs));
    await home.rows.remove(due);
    if (due.length === 0) break;
  }
  const value = JSON.stringify({ atMs: clock() });
  await home.rows.append([{ partition, sort: 'done', value }]);
}

const dueAt = (ms: number) => `due/${timeText(Math.ceil(ms / minuteMs) * minuteMs)}`;

const until = (ms: number) => ({ from: 'due/', to: `due/${timeText(ms + 1)}` });
