import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { sealedFrom } from '../../account/retention.ts';
import { showSite, siteSettings } from '../../account/site-settings.ts';
import { removeSite } from '../../close/remove-site.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Day } from '../../lib/site-days.ts';
import { command, type DataFlag, dataOption, say } from './data.ts';
import { withSites } from './sites.ts';

type AddFlags = DataFlag & {
  readonly timezone?: string;
  readonly open?: true;
  readonly default?: true;
};

export function siteCommand(): Command {
  const site = new Command('site').description('the sites that hits are collected for');
  site
    .command('add')
    .argument('<domain>', 'such as example.com')
    .description('collect hits of a site')
    .option('--timezone <zone>', 'IANA time zone its days are cut by (default: UTC)')
    .option('--open', 'anyone may read its rows and reports')
    .option('--default', 'the site of requests that name none')
    .addOption(dataOption())
    .action((domain: string, { data, ...settings }: AddFlags) =>
      withSites({ data }, async (sites) => say((await sites.add(domain, settings)).domain), {
        mayCreate: true,
      }),
    );
  site
    .command('list')
    .description('the sites and their settings, one JSON object a line')
    .addOption(dataOption())
    .action((flags: DataFlag) =>
      withSites(flags, async (sites) => {
        for (const each of await sites.list()) say(JSON.stringify(showSite(each, Date.now())));
      }),
    );
  site
    .command('remove')
    .argument('<domain>')
    .description('remove a site and all that was collected for it')
    .option('--yes', 'do not ask')
    .addOption(dataOption())
    .action((domain: string, flags: DataFlag & { readonly yes?: true }) =>
      withSites(flags, async (sites, home) => {
        if (flags.yes !== true && process.stdin.isTTY && !(await agrees(domain))) {
          throw new DaybookError('bad-input', 'nothing was removed');
        }
        say((await removeSite({ home, sites, clock: Date.now }, domain)).domain);
      }),
    );
  site
    .command('set')
    .argument('<domain>')
    .argument('<KEY=VALUE...>', 'settings to change')
    .description(
      ['change settings:', ...siteSettings.map(describeSetting), '  domain: its new domain'].join(
        '\n',
      ),
    )
    .addOption(dataOption())
    .action((domain: string, pairs: string[], flags: DataFlag) =>
      withSites(flags, async (sites) => {
        const nowMs = Date.now();
        const before = await sites.find(domain);
        const after = await sites.set(domain, readPairs(pairs));
        const first = sealedFrom(after, nowMs);
        if (first !== undefined && first !== (before && sealedFrom(before, nowMs)))
          warnOfPruning(first);
        say(JSON.stringify(showSite(after, nowMs)));
      }),
    );
  return site;
}

function warnOfPruning(first: Day): void {
  process.stderr.write(
    `daybook: hits of days before ${first} are kept no longer; ` +
      `they go within hours and for good, and those days ` +
      `take no others (\`${command} prune --dry-run\` lists them)\n`,
  );
}

function readPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new DaybookError('bad-input', `expected KEY=VALUE, got ${JSON.stringify(pair)}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

async function agrees(domain: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (
        await prompt.question(`Remove ${domain} and all its hits for good? Type its domain: `)
      ).trim() === domain
    );
  } finally {
    prompt.close();
  }
}

const describeSetting = ({ name, describe }: (typeof siteSettings)[number]) =>
  `  ${name}: ${describe}`;
