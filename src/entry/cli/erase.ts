import { Command } from 'commander';
import type { Site } from '../../account/site.ts';
import { closeWhole } from '../../close/due-days.ts';
import { type ErasureFields, eraseHits, readErasure } from '../../close/erase-hits.ts';
import { countErasure, daysToErase, type Meant } from '../../close/erased-days.ts';
import type { CloseWorld } from '../../close/world.ts';
import type { Home } from '../../home/home.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';

type Flags = DataFlag & ErasureFields & { readonly site: string; readonly dryRun?: true };

export function eraseCommand(): Command {
  return new Command('erase')
    .summary('erase hits of a site, for good')
    .description(
      'erase hits of a site, for good: those that meet all that is said\n' +
        'They are in no report from now on, and do not come back with a retry. ' +
        'May run beside a server.',
    )
    .requiredOption('--site <domain>', 'the site')
    .option(
      '--page <path>',
      'of this page; * within a segment, ** over any; may be said again',
      several,
    )
    .option('--prop <name[=value]>', 'that have this property, or this value of it')
    .option('--hostname <name>', 'of this host name')
    .option('--from <day>', 'of this day and later ones')
    .option('--to <day>', 'of this day and earlier ones')
    .option('--dry-run', 'say what would be erased, and erase nothing')
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => erase(home, flags)));
}

const several = (value: string, before: string[] = []) => [...before, value];

async function erase(
  home: Home,
  { site: domain, data: _, dryRun, ...asked }: Flags,
): Promise<void> {
  const site = await expectSite(home, domain);
  const closing = await openClosing(home, Date.now);
  try {
    const { world } = closing;
    const meant = await countErasure(world, site, readErasure(asked, site, Date.now()));
    for (const { day, hits } of meant.days) say(`${day}\t${hits}`);
    warnOfPruned(meant);
    if (dryRun !== true) await eraseNow(world, home, site, asked);
    say(String(meant.days.reduce((sum, { hits }) => sum + hits, 0)));
  } finally {
    closing.close();
  }
}

/** Closes the closed days again. On open days an erasure is applied when they are read. */
async function eraseNow(
  world: CloseWorld,
  home: Home,
  site: Site,
  asked: ErasureFields,
): Promise<void> {
  const sites = openWorldSites(home, Date.now, random);
  await eraseHits({ home, sites, clock: Date.now, random }, site.domain, asked);
  for (const day of [...(await daysToErase(world, site))].sort())
    await closeWhole(world, site, { day, recount: false });
  await daysToErase(world, site);
}

function warnOfPruned({ pruned }: Meant): void {
  if (pruned.length === 0) return;
  process.stderr.write(
    `daybook: ${pruned.length} days from ${pruned[0]} to ${pruned.at(-1)} are pruned: ` +
      `of their hits only sums are left, which stay\n`,
  );
}
