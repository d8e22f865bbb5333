import { Command } from 'commander';
import { addSegment, removeSegment } from '../../account/segments.ts';
import type { Segment, Site } from '../../account/site.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { checkSegment } from '../../report/query/filters.ts';
import { type DataFlag, dataOption, random, say } from './data.ts';
import { siteNamed, withSites } from './sites.ts';

type SiteFlag = DataFlag & { readonly site: string };

type AddFlags = SiteFlag & { readonly name: string; readonly filters: string };

export function segmentCommand(): Command {
  const segment = new Command('segment').description('filters of a site, kept under a name');
  segment
    .command('add')
    .description('keep filters under a name; prints the segment with its id')
    .requiredOption('--site <domain>', 'the site')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--filters <json>', 'such as \'[["is", "visit:country", ["DE"]]]\'')
    .addOption(dataOption())
    .action(({ name, filters, ...flags }: AddFlags) =>
      changeSegments(flags, (latest) =>
        addSegment(latest, { name, filters: checkSegment(jsonOf(filters), latest) }, newId),
      ),
    );
  segment
    .command('list')
    .description('the segments of a site, one JSON object a line')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action(({ site: domain, ...flags }: SiteFlag) =>
      withSites(flags, async (sites) => {
        for (const each of (await siteNamed(sites, domain)).segments ?? [])
          say(JSON.stringify(each));
      }),
    );
  segment
    .command('remove')
    .argument('<segment>', 'its id')
    .description('forget a segment; queries that name it are refused from then on')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action((id: string, flags: SiteFlag) =>
      changeSegments(flags, (latest) => removeSegment(latest, id)),
    );
  return segment;
}

const newId = () => random(4).toString('hex');

/** Changes the segments of a site and says the one that was meant. */
function changeSegments(
  { site: domain, ...flags }: SiteFlag,
  change: (site: Site) => { site: Site; segment: Segment },
): Promise<void> {
  return withSites(flags, async (sites) => {
    let meant: Segment | undefined;
    await sites.change(domain, (latest) => {
      const { site, segment } = change(latest);
      meant = segment;
      return site;
    });
    say(JSON.stringify(meant));
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusedField('filters', `expected JSON, got ${(error as Error).message}`);
  }
}
