import { Command, Option } from 'commander';
import { privacyFacts } from '../../account/privacy/facts.ts';
import { statementMarkdown, statementText } from '../../account/privacy/markdown.ts';
import { privacyStatement } from '../../account/privacy/statement.ts';
import { privacyFragment, privacyPage } from '../../http/privacy-page.ts';
import { cityOption, type DataFlag, dataOption, expectSite, say, withHome } from './data.ts';
import { requestCommand } from './privacy-request.ts';

/** How the statement is printed. */
const formats = {
  text: statementText,
  markdown: statementMarkdown,
  fragment: privacyFragment,
  page: privacyPage,
};

type StatementFlags = DataFlag & {
  readonly site: string;
  readonly format: keyof typeof formats;
  readonly cityDatabase?: string;
};

export function privacyCommand(): Command {
  const privacy = new Command('privacy').description(
    'what a site collects of its visitors, for its privacy policy; and the hits of one who asks',
  );
  privacy
    .command('statement', { isDefault: true })
    .description('say what the settings of a site collect, for how long, and who can read it')
    .requiredOption('--site <domain>', 'the site')
    .addOption(
      new Option('--format <format>', 'page and fragment are HTML')
        .choices(Object.keys(formats))
        .default('text'),
    )
    .addOption(cityOption())
    .addOption(dataOption())
    .action((flags: StatementFlags) =>
      withHome(flags, async (home) => {
        const { format, site: domain, cityDatabase } = flags;
        const site = await expectSite(home, domain);
        const hasCities = (cityDatabase ?? '') !== '';
        const facts = await privacyFacts({ home, clock: Date.now, hasCities }, site);
        const text = formats[format](privacyStatement(site, facts, Date.now()));
        say(text.trimEnd());
      }),
    );
  privacy.addCommand(requestCommand());
  return privacy;
}
