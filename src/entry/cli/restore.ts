import { Command } from 'commander';
import { closeWhole } from '../../close/due-days.ts';
import { daysToErase } from '../../close/erased-days.ts';
import { listRemovals, restoreRemoval } from '../../close/removals.ts';
import type { Home } from '../../home/home.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, expectSite, note, random, say, withHome } from './data.ts';
import { carefulClock } from './machine-clock.ts';

export function restoreCommand(): Command {
  return new Command('restore')
    .summary('take back what was removed in the last 24 hours')
    .description(
      'take back a site, hits or days that were removed in the last 24 hours\n' +
        'Without an id it lists what can be taken back: ' +
        'its id, its site, when it is destroyed, what it is.',
    )
    .argument('[id]', 'such as site-…, erasure-… or pruned-…')
    .addOption(dataOption())
    .action((id: string | undefined, flags: DataFlag) =>
      withHome(flags, (home) => (id === undefined ? list(home) : restore(home, id))),
    );
}

const worldOf = (home: Home) => ({
  home,
  sites: openWorldSites(home, Date.now, random),
  clock: Date.now,
});

async function list(home: Home): Promise<void> {
  const removals = await listRemovals(worldOf(home));
  for (const { id, site, destroyMs, what } of removals)
    say([id, site, new Date(destroyMs).toISOString(), what].join('\t'));
  if (removals.length === 0) note('there is nothing to take back');
}

async function restore(home: Home, id: string): Promise<void> {
  const { kind, site: domain } = await restoreRemoval(worldOf(home), id);
  if (kind === 'erasure') await closeAgain(home, domain);
  say(domain);
}

/** Closed days get back the hits that an erasure had taken out of them. */
async function closeAgain(home: Home, domain: string): Promise<void> {
  const site = await expectSite(home, domain);
  const closing = await openClosing(home, await carefulClock(home));
  try {
    for (const day of [...(await daysToErase(closing.world, site))].sort())
      await closeWhole(closing.world, site, { day, recount: false });
    await daysToErase(closing.world, site);
  } finally {
    closing.close();
  }
}
