import { Command } from 'commander';
import type { Site } from '../../account/site.ts';
import { countPruned, type PrunedDay, pruneSite } from '../../close/prune-site.ts';
import { prunedId } from '../../close/removals.ts';
import { planUnsealing, unsealDays } from '../../close/unseal.ts';
import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isDay } from '../../lib/site-days.ts';
import { takeBackMs } from '../../model/times.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { askBefore, type ConsentFlags, nowOption, sayTakeBack, yesOption } from './consent.ts';
import { type DataFlag, dataOption, expectSite, note, random, say, withHome } from './data.ts';
import { type ClockFlag, carefulClock, trustClockOption } from './machine-clock.ts';

type Flags = DataFlag &
  ClockFlag &
  ConsentFlags & {
    readonly site?: string;
    readonly dryRun?: true;
    readonly unseal?: true;
    readonly from?: string;
  };

export function pruneCommand(): Command {
  return new Command('prune')
    .summary('remove what sites keep no longer')
    .description(
      'remove what sites keep no longer (keep_hits_days, ' +
        'keep_roll_ups_days of `daybook site set`)\n' +
        'A running server does it by itself. It is in no report from then on, and is destroyed ' +
        '24 hours later: until then `daybook restore` takes it back.',
    )
    .option('--site <domain>', 'only of this site')
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--unseal', 'instead: let days that are no longer kept take hits again')
    .option('--from <day>', 'unseal this day and later ones, not all')
    .addOption(yesOption())
    .addOption(nowOption())
    .addOption(trustClockOption())
    .addOption(dataOption())
    .action((flags: Flags) =>
      withHome(flags, (home) => (flags.unseal ? unseal(home, flags) : prune(home, flags))),
    );
}

type GoingSite = { readonly site: Site; readonly days: readonly PrunedDay[] };

async function prune(home: Home, flags: Flags): Promise<void> {
  const { site: domain, dryRun, now = false } = flags;
  const all = openWorldSites(home, Date.now, random);
  const sites = domain === undefined ? await all.list() : [await expectSite(home, domain)];
  const clock = await carefulClock(home, flags);
  const going: GoingSite[] = [];
  for (const site of sites) {
    const days = await countPruned({ home, clock }, site);
    for (const day of days) say(`${site.domain}\t${lineOf(day)}`);
    going.push({ site, days });
  }
  const count = going.reduce((sum, { days }) => sum + days.length, 0);
  if ((count > 0 || now) && !dryRun) {
    const what = count === 0 ? [] : [whatGoes(going.flatMap(({ days }) => days))];
    if (now) what.push('what was pruned in the last 24 hours');
    await askBefore(what.join('; '), flags);
    for (const { site, days } of going)
      if (days.length > 0 || now) await pruneNow({ home, clock }, site, { now });
  }
  const what = `${count} ${count === 1 ? 'day' : 'days'}`;
  say(count === 0 ? 'no day to prune' : dryRun ? `${what} would be pruned` : `${what} pruned`);
}

const lineOf = ({ day, gone, hits, visits }: PrunedDay) =>
  `${day}\t${gone === 'hits' ? `${hits} hits, ${visits} visits` : 'everything'}`;

/** What pruning takes, in words. */
export function whatGoes(days: readonly PrunedDay[]): string {
  const sorted = days.map(({ day }) => day).sort();
  const which =
    sorted.length === 1
      ? `of ${sorted[0]}`
      : `of ${sorted.length} days from ${sorted[0]} to ${sorted.at(-1)}`;
  const hits = days.reduce((sum, day) => sum + day.hits, 0).toLocaleString('en-US');
  return days.some(({ gone }) => gone === 'all')
    ? `hits and sums ${which}, ${hits} hits`
    : `the ${hits} hits ${which}; their sums stay`;
}

/** Prunes a site at once, and says what takes it back. */
export async function pruneNow(
  { home, clock }: { readonly home: Home; readonly clock: Clock },
  site: Site,
  { now }: { readonly now: boolean },
): Promise<void> {
  const closing = await openClosing(home, clock);
  try {
    const went = await pruneSite(closing.world, site, { now });
    if (went.length > 0 && !now) sayTakeBack(prunedId(site), clock() + takeBackMs);
  } finally {
    closing.close();
  }
}

async function unseal(home: Home, flags: Flags): Promise<void> {
  const { site: domain, from, dryRun } = flags;
  if (domain === undefined)
    throw new DaybookError('bad-input', '--unseal: expected --site with the domain of a site');
  if (from !== undefined && !isDay(from))
    throw new DaybookError('bad-input', `--from: expected a day such as 2026-11-22, got ${from}`);
  const site = await expectSite(home, domain);
  const world = {
    ...{ home, sites: openWorldSites(home, Date.now, random), clock: Date.now, random },
  };
  const plan = await planUnsealing(world, site, from);
  const { erased, summed, last } = plan;
  if (erased.length > 0)
    note(`${erased.join(', ')}: something was erased from it, so it stays sealed`);
  if (summed.length > 0) {
    const which = summed.length === 1 ? summed[0] : `${summed.length} days since ${summed[0]}`;
    const what = `the sums of ${which}, whose hits are gone: such days begin again`;
    if (dryRun) note(`this would go: ${what}`);
    else await askBefore(what, { ...flags, now: true });
  }
  if (!dryRun) await unsealDays(world, site, plan);
  say(`${from ?? 'the first day'} to ${last}`);
}
