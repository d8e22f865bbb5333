import type { Site } from '../account/site.ts';
import { listDays } from '../journal/read.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { type Day, dayEnd } from '../lib/site-days.ts';
import { freezeAfterMs } from '../model/times.ts';
import { closeOne } from './pass.ts';
import { lineOf, type Told } from './pass-events.ts';
import type { CloseWorld } from './world.ts';

/** The day, where it has rows in the journal. Rejects where it is not frozen yet. */
export async function named(
  { home, clock }: Pick<CloseWorld, 'home' | 'clock'>,
  { id, domain, zones }: Site,
  day: Day,
): Promise<Day[]> {
  const fromMs = dayEnd(zones, day) + freezeAfterMs;
  if (clock() < fromMs) {
    const problem = `${day} of ${domain} is not over: expected a day that can be closed, which it can from ${new Date(fromMs).toISOString()} on`;
    throw new DaybookError('bad-input', problem);
  }
  return (await listDays(home, id, { from: day })).filter((one) => one === day);
}

/**
 * Closes these days of a site, whatever becomes of one of them, and says so; gives how many were
 * closed.
 */
export async function closeAll(
  world: CloseWorld,
  site: Site,
  days: readonly Day[],
  anew: boolean,
  say: (line: string) => void,
): Promise<number> {
  let closed = 0;
  for (const day of days) {
    let told: Told;
    try {
      told = await closeOne(world, { site, day, recount: !world.home.manyServers, anew });
      closed++;
      say(lineOf(told));
    } catch (error) {
      process.stderr.write(`daybook: ${site.domain} ${day}: ${messageOf(error)}\n`);
      process.exitCode = 1;
    }
  }
  return closed;
}
