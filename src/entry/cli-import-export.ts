import { resolve } from 'node:path';
import { Command } from 'commander';
import { dueDays } from '../close/close-site.ts';
import { readExport } from '../exchange/export-file.ts';
import { checkExport, type ImportedDay, importDay, siteOfExport } from '../exchange/import-site.ts';
import type { Home } from '../home/home.ts';
import { openAppender } from '../journal/append.ts';
import { openBooks } from '../journal/books.ts';
import { closeAll } from './cli-close.ts';
import { type DataFlag, dataOption, random, say, withHome } from './cli-data.ts';
import { openClosing } from './closing.ts';
import { showProgress } from './progress.ts';
import { openWorldSites } from './world.ts';

type Flags = DataFlag & { readonly site?: string };

export function importExportCommand(): Command {
  return new Command('export')
    .summary('bring an export back')
    .argument('<DIR>', 'the folder of a `daybook export` as parquet or ndjson')
    .option(
      '--site <domain>',
      'the site to bring it into, new or not (default: the domain it was exported from)',
    )
    .addOption(dataOption())
    .description(
      'bring an export back\n' +
        'A new site gets its time zones, settings and goals too. Importing twice changes nothing.',
    )
    .action((folder: string, flags: Flags) =>
      withHome(flags, (home) => runImport(home, resolve(folder), flags.site), { mayCreate: true }),
    );
}

async function runImport(home: Home, folder: string, domain: string | undefined): Promise<void> {
  const clock = Date.now;
  const exported = await readExport(folder);
  await checkExport(folder, exported);
  const sites = openWorldSites(home, clock, random);
  const { site, isNew } = await siteOfExport(sites, exported, domain ?? exported.site.domain, clock());
  const closing = await openClosing(home, clock, [folder]);
  const done: ImportedDay[] = [];
  const sum = (of: 'taken' | 'known' | 'tooOld') => done.reduce((all, day) => all + day[of], 0);
  try {
    const world = { ...closing.world, home, appender: openAppender(home), books: openBooks(home) };
    const progress = showProgress(process.stderr, undefined, 'hits');
    try {
      for (const day of exported.days) {
        done.push(await importDay(world, site, folder, exported.format, day));
        progress.lines(sum('taken'));
      }
    } finally {
      progress.end();
    }
    const touched = new Set(done.filter(({ taken }) => taken > 0).map(({ day }) => day));
    const due = (await dueDays(world, site, { atOnce: true })).filter(({ day }) => touched.has(day));
    await closeAll(
      closing.world,
      site,
      due.map(({ day }) => day),
      false,
      say,
    );
  } finally {
    closing.close();
  }
  if (isNew) say(`${site.domain} is a new site`);
  if (sum('known') > 0) say(`there already: ${sum('known')}`);
  if (sum('tooOld') > 0) say(`of days that ${site.domain} does not keep: ${sum('tooOld')}`);
  say(String(sum('taken')));
}
