import { Command } from 'commander';
import { addAnnotation, readAnnotations, removeAnnotation } from '../../account/annotations.ts';
import type { Site } from '../../account/site.ts';
import type { Home } from '../../home/home.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';

type SiteFlag = DataFlag & { readonly site: string };

type AddFlags = SiteFlag & { readonly date: string; readonly text: string };

export function annotationCommand(): Command {
  const annotation = new Command('annotation').description('what happened on a day, by a site');
  annotation
    .command('add')
    .description('note something; prints the annotation with its id')
    .requiredOption('--site <domain>', 'the site')
    .requiredOption('--date <day>', 'such as 2026-11-10, or 2026-11-10T09:30:00+01:00')
    .requiredOption('--text <text>', 'what happened, in a line')
    .addOption(dataOption())
    .action(({ date, text, ...flags }: AddFlags) =>
      withSite(flags, async (home, { id }) =>
        say(JSON.stringify(await addAnnotation(home, id, { date, text }, newId))),
      ),
    );
  annotation
    .command('list')
    .description('the annotations of a site, one JSON object a line')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action((flags: SiteFlag) =>
      withSite(flags, async (home, site) => {
        for (const each of await readAnnotations(home, site)) say(JSON.stringify(each));
      }),
    );
  annotation
    .command('remove')
    .argument('<annotation>', 'its id')
    .description('forget an annotation')
    .requiredOption('--site <domain>', 'the site')
    .addOption(dataOption())
    .action((id: string, flags: SiteFlag) =>
      withSite(flags, (home, { id: siteId }) => removeAnnotation(home, siteId, id)),
    );
  return annotation;
}

const newId = () => random(4).toString('hex');

const withSite = (
  { site, ...flags }: SiteFlag,
  work: (home: Home, site: Site) => Promise<void>,
): Promise<void> => withHome(flags, async (home) => work(home, await expectSite(home, site)));
