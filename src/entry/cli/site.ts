import { Command } from 'commander';
import { sealedFrom } from '../../account/retention.ts';
import { applySettings, keepsOther, showSite, siteSettings } from '../../account/site-settings.ts';
import type { Sites } from '../../account/sites.ts';
import { countPruned } from '../../close/prune-site.ts';
import { siteRemovalId } from '../../close/removals.ts';
import { removeSite } from '../../close/remove-site.ts';
import { readBooks } from '../../days/books.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Day } from '../../lib/site-days.ts';
import { wantedOf } from '../sites-file/plan.ts';
import { askBefore, type ConsentFlags, nowOption, sayTakeBack, yesOption } from './consent.ts';
import { command, type DataFlag, dataOption, expectSite, note, say } from './data.ts';
import { carefulClock } from './machine-clock.ts';
import { pruneNow, whatGoes } from './prune.ts';
import { siteNamed, withSites } from './sites.ts';

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
    .command('yaml')
    .argument('[domain...]', 'some of them')
    .description('the sites as they are, as a file for `daybook apply`')
    .addOption(dataOption())
    .action((domains: string[], flags: DataFlag) =>
      withSites(flags, async (sites) => {
        const { stringify } = await import('yaml');
        const named = await Promise.all(domains.map((domain) => siteNamed(sites, domain)));
        const shown = domains.length > 0 ? named : await sites.list();
        const file = shown.map((each) => [each.domain, wantedOf(each, Date.now())]);
        say(stringify({ sites: Object.fromEntries(file) }, { lineWidth: 0 }).trimEnd());
      }),
    );
  site
    .command('remove')
    .argument('<domain>')
    .description(
      'remove a site and all that was collected for it\n' +
        'It is in no report from then on, and is destroyed 24 hours later: until then ' +
        '`daybook restore` takes it back.',
    )
    .option('--dry-run', 'say what would go, and remove nothing')
    .addOption(yesOption())
    .addOption(nowOption())
    .addOption(dataOption())
    .action((domain: string, flags: RemovingFlags) =>
      withSites(flags, (sites, home) => remove({ home, sites }, domain, flags)),
    );
  site
    .command('rename')
    .argument('<domain>')
    .argument('<new domain>')
    .description(
      'give a site another domain\n' +
        'The old one still means the site for 72 hours: its hits are taken, and no other site ' +
        'can have it.',
    )
    .addOption(dataOption())
    .action((domain: string, renamed: string, flags: DataFlag) =>
      withSites(flags, async (sites) => say((await sites.set(domain, { domain: renamed })).domain)),
    );
  site
    .command('set')
    .argument('<domain>')
    .argument('<KEY=VALUE...>', 'settings to change')
    .description(
      [
        'change settings:',
        ...siteSettings.map(describeSetting),
        '  domain: its new domain, as `site rename`',
      ].join('\n'),
    )
    .option('--dry-run', 'say what hits would go, and change nothing')
    .addOption(yesOption())
    .addOption(dataOption())
    .action((domain: string, pairs: string[], flags: RemovingFlags) =>
      withSites(flags, (sites, home) => set({ home, sites }, domain, readPairs(pairs), flags)),
    );
  return site;
}

type RemovingFlags = DataFlag & ConsentFlags & { readonly dryRun?: true };

type SitesWorld = { readonly home: Home; readonly sites: Sites };

async function remove(
  { home, sites }: SitesWorld,
  domain: string,
  flags: RemovingFlags,
): Promise<void> {
  const site = await expectSite(home, domain);
  const hits = (await readBooks(home, site.id)).reduce((sum, { stored }) => sum + stored, 0);
  const what = `${site.domain}, its settings and its ${hits.toLocaleString('en-US')} hits`;
  if (flags.dryRun) say(what);
  else {
    await askBefore(what, flags);
    const now = flags.now === true;
    const { destroyMs } = await removeSite({ home, sites, clock: Date.now }, domain, { now });
    if (!now) sayTakeBack(siteRemovalId(site), destroyMs);
    say(site.domain);
  }
}

/** Where hits are kept shorter, says first what goes by that. */
async function set(
  { home, sites }: SitesWorld,
  domain: string,
  pairs: Readonly<Record<string, string>>,
  flags: RemovingFlags,
): Promise<void> {
  const clock = await carefulClock(home);
  const nowMs = clock();
  const before = await expectSite(home, domain);
  const { domain: _, ...settings } = pairs;
  const planned = applySettings(before, settings, nowMs);
  const going = keepsOther(planned, before) ? await countPruned({ home, clock }, planned) : [];
  if (flags.dryRun) {
    say(going.length === 0 ? 'no hits' : whatGoes(going));
    return;
  }
  if (going.length > 0) await askBefore(whatGoes(going), flags);
  const after = await sites.set(domain, pairs);
  const first = sealedFrom(after, nowMs);
  if (first !== undefined && first !== sealedFrom(before, nowMs)) warnOfPruning(first);
  if (going.length > 0) await pruneNow({ home, clock }, after, { now: false });
  say(JSON.stringify(showSite(after, nowMs)));
}

function warnOfPruning(first: Day): void {
  note(
    `hits of days before ${first} are kept no longer, and those days take no others ` +
      `(\`${command} prune --unseal\` lets them)`,
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

const describeSetting = ({ name, describe }: (typeof siteSettings)[number]) =>
  `  ${name}: ${describe}`;
