import { Command, Option } from 'commander';
import type { Site } from '../../account/site.ts';
import { closeAll, named } from '../../close/close-days.ts';
import { dueDays } from '../../close/due-days.ts';
import type { CloseWorld } from '../../close/world.ts';
import type { Home } from '../../home/home.ts';
import { closedDaysOf } from '../../ledger/manifest.ts';
import { DaybookError } from '../../lib/errors.ts';
import { type Day, isDay } from '../../lib/site-days.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';

type Flags = DataFlag & { readonly site?: string; readonly day?: Day; readonly again?: boolean };

export function closeCommand(): Command {
  return new Command('close')
    .summary('close the days that have ended')
    .description(
      'close the days that have ended: their hits become files of the ledger\n' +
        'A running server does it by itself, 15 minutes after each day. This one may run beside it.',
    )
    .addOption(new Option('--site <domain>', 'only of this site'))
    .addOption(new Option('--day <day>', 'only this day, such as 2026-11-22').argParser(readDay))
    .option('--again', 'make the files of closed days anew, too')
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

async function runClose(home: Home, { site: domain, day, again = false }: Flags): Promise<void> {
  const all = openWorldSites(home, Date.now, random);
  const sites = domain === undefined ? await all.list() : [await expectSite(home, domain)];
  const closing = await openClosing(home, Date.now);
  let closed = 0;
  try {
    for (const site of sites) {
      const days =
        day === undefined
          ? await openDays(closing.world, site)
          : await named(closing.world, site, day);
      const more = again
        ? [...(await closedDaysOf(home, site.id)).keys()].filter(
            (one) => day === undefined || one === day,
          )
        : [];
      closed += await closeAll(
        closing.world,
        site,
        [...new Set([...days, ...more])].sort(),
        again,
        say,
      );
    }
  } finally {
    closing.close();
  }
  say(String(closed));
}

const openDays = async (world: CloseWorld, site: Site) =>
  (await dueDays(world, site, { atOnce: true })).map(({ day }) => day);
