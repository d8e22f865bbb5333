import { join } from 'node:path';
import { Command } from 'commander';
import {
  type ClassicImport,
  importClassic,
  type NoRow,
} from '../../collect/classic/import-classic.ts';
import type { Home } from '../../home/home.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
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
    for (const line of reportLines(result)) say(line);
    await importing.closeDays(site, result.days);
  } finally {
    importing.close();
  }
  say(String(result.taken));
}

const meanings: Readonly<Record<NoRow, string>> = {
  broken: 'no hit',
  future: 'dated in the future',
  'too-old': 'of a day that is no longer kept',
  'excluded-page': 'an excluded page',
  known: 'there already',
};

function reportLines({ rows, taken, notTaken, broken, resumed, days }: ClassicImport): string[] {
  const table: [string, number, string][] = [
    ['rows', rows, resumed ? 'from where the last import ended' : ''],
    [
      'taken',
      taken,
      days.length === 0 ? '' : `pageviews of ${days.length} days, ${days[0]} to ${days.at(-1)}`,
    ],
  ];
  for (const [reason, meaning] of Object.entries(meanings)) {
    const count = notTaken[reason as NoRow];
    if (count > 0) table.push([reason, count, meaning]);
  }
  const width = Math.max(...table.map(([, count]) => String(count).length));
  const lines = table.map(([name, count, meaning]) =>
    `${name.padEnd(14)} ${String(count).padStart(width)}  ${meaning}`.trimEnd(),
  );
  // Rows may hold anything: nothing of them may reach a terminal as more than plain text.
  for (const expected of broken)
    lines.push(`a row: expected ${expected.replace(/[^ -~]/g, '?').slice(0, 200)}`);
  return lines;
}
