import { resolve } from 'node:path';
import { Command } from 'commander';
import { readExport } from '../../exchange/export-file.ts';
import {
  bringAnnotations,
  checkExport,
  type ImportedDay,
  importDay,
  siteOfExport,
} from '../../exchange/import-site.ts';
import type { Home } from '../../home/home.ts';
import { takeImportLease } from '../process-lease.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, random, say, withHome } from './data.ts';
import { openImporting } from './import-world.ts';
import { showProgress } from './progress.ts';

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
        'A new site gets its time zones, settings, goals and segments too, any its annotations.\n' +
        'Importing twice changes nothing.',
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
  const { site, isNew } = await siteOfExport(
    sites,
    exported,
    domain ?? exported.site.domain,
    clock(),
  );
  const lease =
    home.countsStored === 'later' ? undefined : await takeImportLease(home, clock, site.id);
  const importing = await openImporting(home, { folders: [folder] });
  const world = { ...importing.world, home, duck: importing.duck };
  const progress = showProgress(process.stderr, undefined, 'hits');
  const done: ImportedDay[] = [];
  const sum = (of: 'taken' | 'known' | 'tooOld' | 'erased') =>
    done.reduce((all, day) => all + day[of], 0);
  try {
    await bringAnnotations(world, site, exported);
    for (const day of exported.days) {
      done.push(await importDay(world, site, { ...exported, folder }, day));
      progress.lines(sum('taken'));
    }
    progress.end();
    // Those too that an import which was ended early has brought.
    await importing.closeDays(
      site,
      done.map(({ day }) => day),
    );
  } finally {
    progress.end();
    importing.close();
    await lease?.release();
  }
  if (isNew) say(`${'site'.padEnd(14)} ${site.domain} is new`);
  if (sum('known') > 0) say(`${'known'.padEnd(14)} ${sum('known')}  there already`);
  if (sum('tooOld') > 0)
    say(`${'too-old'.padEnd(14)} ${sum('tooOld')}  of days that ${site.domain} does not keep`);
  if (sum('erased') > 0) say(`${'erased'.padEnd(14)} ${sum('erased')}  before`);
  say(String(sum('taken')));
}
