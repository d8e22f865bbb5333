import { join } from 'node:path';
import { Command } from 'commander';
import { type ClassicImport, importClassic } from '../../collect/classic/import-classic.ts';
import type { Home } from '../../home/home.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
import { reportRows } from './import-report.ts';
import { openImporting } from './import-world.ts';
import { showProgress } from './progress.ts';

type Flags = DataFlag & { readonly table: string; readonly site: string };

export function importDynamodbCommand(): Command {
  return new Command('dynamodb')
    .summary('take over the table of a plain analytics microservice')
    .requiredOption(
      '--table <name>',
      'the table, in the region and with the keys that the AWS SDK finds',
    )
    .requiredOption('--site <domain>', 'the site it is of')
    .addOption(dataOption())
    .description(
      'take over the table of a plain analytics microservice (keys pagePath, timestamp)\n' +
        'Page by page: ended early, it goes on where it was. Importing twice changes nothing.',
    )
    .action((flags: Flags) => withHome(flags, (home) => runImport(home, flags)));
}

async function runImport(home: Home, { table, site: domain, data }: Flags): Promise<void> {
  const site = await expectSite(home, domain);
  // Loaded here: nobody else pays for the SDK.
  const { readSettings } = await import('../../home/aws/settings.ts');
  const { readClassicTable } = await import('../../home/aws/classic.ts');
  const settings = readSettings(process.env, join(data, 'cache'));
  const importing = await openImporting(home);
  let result: ClassicImport;
  try {
    const progress = showProgress(process.stderr, undefined, 'rows');
    try {
      result = await importClassic(
        { ...importing.world, random },
        site,
        {
          name: `dynamodb/${table}`,
          pagesFrom: (resume) => readClassicTable(settings, table, Date.now, resume),
        },
        ({ rows }) => progress.lines(rows),
      );
    } finally {
      progress.end();
    }
    for (const line of reportRows(result)) say(line);
    await importing.closeDays(site, result.days);
  } finally {
    importing.close();
  }
  say(String(result.taken));
}
