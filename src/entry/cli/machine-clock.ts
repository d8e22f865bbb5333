import { Option } from 'commander';
import type { Home } from '../../home/home.ts';
import { type Clock, dayMs } from '../../lib/clock.ts';
import { openMachineClock } from '../machine-clock.ts';
import { openWorldSites } from '../world.ts';
import { command, note, random } from './data.ts';

export type ClockFlag = { readonly trustClock?: true };

/** Commands that are run each day, or after an import, are not asked about their clock. */
const atOnceMs = 2 * dayMs;

export const trustClockOption = () =>
  new Option('--trust-clock', "believe this machine's clock: it is far ahead of the last run");

/** The careful clock of a command (`lib/careful-clock.ts`). Says where it is not the machine's. */
export async function carefulClock(home: Home, { trustClock }: ClockFlag = {}): Promise<Clock> {
  const sites = openWorldSites(home, Date.now, random);
  const siteIds = async () => (await sites.list()).map(({ id }) => id);
  const machineClock = await openMachineClock(home, siteIds, { clock: Date.now, atOnceMs });
  if (trustClock === true) {
    await machineClock.believe();
    await home.salts.destroyDue(Date.now());
    return Date.now;
  }
  const problem = machineClock.problem();
  if (problem === undefined) await machineClock.remember();
  else note(`${problem}; if it is right, \`${command} close --trust-clock\` says so`);
  // Those that became due while no server ran.
  await home.salts.destroyDue(machineClock.now());
  return machineClock.now;
}
