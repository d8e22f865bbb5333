import { Command } from 'commander';
import { pruneSite } from '../../close/prune-site.ts';
import type { Home } from '../../home/home.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';

type Flags = DataFlag & { readonly site?: string; readonly dryRun?: boolean };

export function pruneCommand(): Command {
  return new Command('prune')
    .summary('remove what sites keep no longer')
    .description(
      'remove what sites keep no longer (keep_hits_days, ' +
        'keep_roll_ups_days of `daybook site set`)\n' +
        'A running server does it by itself. Files go a day later, ' +
        'when nobody reads them any more.',
    )
    .option('--site <domain>', 'only of this site')
    .option('--dry-run', 'say what would go, and remove nothing')
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => prune(home, flags)));
}

async function prune(home: Home, { site: domain, dryRun = false }: Flags): Promise<void> {
  const all = openWorldSites(home, Date.now, random);
  const sites = domain === undefined ? await all.list() : [await expectSite(home, domain)];
  const closing = await openClosing(home, Date.now);
  let days = 0;
  try {
    for (const site of sites) {
      for (const { day, gone, hits, visits } of await pruneSite(closing.world, site, { dryRun })) {
        const what = gone === 'hits' ? `${hits} hits, ${visits} visits` : 'everything';
        say(`${site.domain}\t${day}\t${what}`);
        days++;
      }
    }
  } finally {
    closing.close();
  }
  const what = `${days} ${days === 1 ? 'day' : 'days'}`;
  say(days === 0 ? 'no day to prune' : dryRun ? `${what} would be pruned` : `${what} pruned`);
}
