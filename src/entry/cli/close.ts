import { Command, Option } from 'commander';
import type { Site } from '../../account/site.ts';
import { closeDays } from '../../close/close-days.ts';
import type { DayToClose } from '../../close/due-days.ts';
import { dueDays } from '../../close/due-days.ts';
import { eventLine, type PassEvent } from '../../close/pass-events.ts';
import type { CloseWorld } from '../../close/world.ts';
import { type Home, rowsExpire } from '../../home/home.ts';
import { listDays } from '../../journal/read.ts';
import { closedDaysOf } from '../../ledger/manifest.ts';
import { DaybookError } from '../../lib/errors.ts';
import { type Day, dayEnd, isDay } from '../../lib/site-days.ts';
import { freezeAfterMs } from '../../model/times.ts';
import { openClosing } from '../closing.ts';
import { forgetTrouble } from '../troubles.ts';
import { openWorldSites } from '../world.ts';
import {
  type DataFlag,
  dataOption,
  expectSite,
  random,
  say,
  sayFailure,
  withHome,
} from './data.ts';
import { type ClockFlag, carefulClock, trustClockOption } from './machine-clock.ts';

type Flags = DataFlag &
  ClockFlag & { readonly site?: string; readonly day?: Day; readonly again?: boolean };

export function closeCommand(): Command {
  return new Command('close')
    .summary('close the days that have ended')
    .description(
      'close the days that have ended: their hits become files of the ledger\n' +
        'A running server does it by itself, 15 minutes after each day. ' +
        'This one may run beside it.',
    )
    .addOption(new Option('--site <domain>', 'only of this site'))
    .addOption(new Option('--day <day>', 'only this day, such as 2026-11-22').argParser(readDay))
    .option('--again', 'make the files of closed days again, too')
    .addOption(trustClockOption())
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => runClose(home, flags)));
}

function readDay(text: string): Day {
  if (isDay(text)) return text;
  throw new DaybookError(
    'bad-input',
    `--day: expected a day such as 2026-11-22, got ${JSON.stringify(text)}`,
  );
}

async function runClose(home: Home, flags: Flags): Promise<void> {
  const { site: domain, day, again = false } = flags;
  const all = openWorldSites(home, Date.now, random);
  const sites = domain === undefined ? await all.list() : [await expectSite(home, domain)];
  const closing = await openClosing(home, await carefulClock(home, flags));
  let closed = 0;
  try {
    // Of all sites at once: small days are computed together.
    const days: DayToClose[] = [];
    for (const site of sites) days.push(...(await chosenDays(closing.world, site, { day, again })));
    closed = (await closeDays(closing.world, days, { onEvent: sayEvent })).length;
  } finally {
    closing.close();
  }
  // What was in the way is not any more, whatever a server has noted.
  if (domain === undefined && day === undefined && !process.exitCode)
    await forgetTrouble(home, 'closing');
  say(closed === 0 ? 'no day to close' : `${closed} ${closed === 1 ? 'day' : 'days'} closed`);
}

/** The days of a site to close by hand, oldest first. */
async function chosenDays(
  world: CloseWorld,
  site: Site,
  { day, again }: { readonly day: Day | undefined; readonly again: boolean },
): Promise<DayToClose[]> {
  const due = day === undefined ? await openDays(world, site) : await openDay(world, site, day);
  const closed = again ? [...(await closedDaysOf(world.home, site.id)).keys()] : [];
  const more = closed.filter((one) => day === undefined || one === day);
  const recount = !rowsExpire(world.home);
  return [...new Set([...due, ...more])].sort().map((one) => ({ site, day: one, recount, again }));
}

const openDays = async (world: CloseWorld, site: Site) =>
  (await dueDays(world, site, { atOnce: true })).map(({ day }) => day);

/** The day, if the journal has rows of it. Rejects if it is not over yet. */
async function openDay(
  { home, clock }: CloseWorld,
  { id, domain, zones }: Site,
  day: Day,
): Promise<Day[]> {
  const fromMs = dayEnd(zones, day) + freezeAfterMs;
  if (clock() < fromMs) {
    const from = new Date(fromMs).toISOString();
    const problem = `expected a day that can be closed, which it can from ${from} on`;
    throw new DaybookError('bad-input', `${day} of ${domain} is not over: ${problem}`);
  }
  return (await listDays(home, id, { from: day })).filter((one) => one === day);
}

function sayEvent(event: PassEvent): void {
  if (event.kind === 'failed') sayFailure(event);
  else say(eventLine(event));
}
