import { Command } from 'commander';
import { addGoal, removeGoal, showGoal } from '../../account/goals.ts';
import type { Goal, Site } from '../../account/site.ts';
import { type DataFlag, dataOption, say } from './data.ts';
import { siteNamed, withSites } from './sites.ts';

type SiteFlag = DataFlag & { readonly site: string };

type AddFlags = SiteFlag & {
  readonly event?: string;
  readonly page?: string;
  readonly name?: string;
  readonly currency?: string;
};

export function goalCommand(): Command {
  const goal = new Command('goal').description('what visitors of a site are meant to do');
  goal
    .command('add')
    .description('add a goal: an event, or a view of a page')
    .requiredOption('--site <domain>', 'the site')
    .option('--event <name>', 'reached by an event of that name, such as Signup')
    .option('--page <path>', 'reached by a view of that page; * within a segment, ** over any')
    .option('--name <name>', 'what it is called in reports')
    .option('--currency <code>', 'ISO 4217 code of the revenue that its events bring, such as EUR')
    .addOption(dataOption())
    .action(({ data, site, ...fields }: AddFlags) =>
      changeGoals({ data, site }, (latest) => addGoal(latest, fields)),
    );
  goal
    .command('list')
    .description('the goals of a site, one JSON object a line')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action(({ site: domain, ...flags }: SiteFlag) =>
      withSites(flags, async (sites) => {
        for (const each of (await siteNamed(sites, domain)).goals ?? [])
          say(JSON.stringify(showGoal(each)));
      }),
    );
  goal
    .command('remove')
    .argument('<goal>', 'its name or its id')
    .description('remove a goal; nothing that was collected changes')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action((named: string, flags: SiteFlag) =>
      changeGoals(flags, (latest) => removeGoal(latest, named)),
    );
  return goal;
}

/** Changes the goals of a site and says the one that was meant. */
function changeGoals(
  { site: domain, ...flags }: SiteFlag,
  change: (site: Site) => { site: Site; goal: Goal },
): Promise<void> {
  return withSites(flags, async (sites) => {
    let meant: Goal | undefined;
    await sites.change(domain, (latest) => {
      const { site, goal } = change(latest);
      meant = goal;
      return site;
    });
    say(JSON.stringify(showGoal(meant!)));
  });
}
