import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { importLog, type LogImport } from '../../collect/log/import-log.ts';
import type { LogSource } from '../../collect/log/merge.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import {
  cityOption,
  type DataFlag,
  dataOption,
  expectSite,
  networkOption,
  note,
  say,
  withHome,
} from './data.ts';
import { importDynamodbCommand } from './import-dynamodb.ts';
import { importExportCommand } from './import-export.ts';
import { reportLines } from './import-report.ts';
import { openImporting } from './import-world.ts';
import { type Progress, showProgress } from './progress.ts';

export function importCommand(): Command {
  const command = new Command('import').description('bring in what was recorded elsewhere');
  command
    .command('log')
    .summary('count the pageviews of access logs')
    .argument(
      '<FILE...>',
      'access logs in common or combined format, gzip or not; - reads standard input',
    )
    .requiredOption('--site <domain>', 'the site they are of')
    .option('--all-hosts', 'take lines that name another virtual host, too')
    .addOption(cityOption())
    .addOption(networkOption())
    .addOption(dataOption())
    .description(
      'count the pageviews of access logs\n' +
        'Importing a line again changes nothing. Name the logs of several servers in one command.',
    )
    .action((files: string[], flags: LogFlags) =>
      withHome(flags, (home) => runImport(home, files, flags)),
    );
  command.addCommand(importDynamodbCommand());
  command.addCommand(importExportCommand());
  return command;
}

type LogFlags = DataFlag & {
  readonly site: string;
  readonly allHosts?: boolean;
  readonly cityDatabase?: string;
  readonly networkDatabase?: string;
};

async function runImport(
  home: Home,
  files: readonly string[],
  { site: domain, allHosts = false, cityDatabase, networkDatabase }: LogFlags,
): Promise<void> {
  const site = await expectSite(home, domain);
  const opened = await openFiles(files);
  const importing = await openImporting(home, { cityDatabase, networkDatabase });
  let result: LogImport;
  try {
    const progress = showProgress(process.stderr, opened.totalBytes);
    try {
      result = await importLog(importing.world, site, opened.sources(progress), {
        allHosts,
        onBatch: ({ lines }) => progress.lines(lines),
      });
    } finally {
      progress.end();
    }
    for (const line of reportLines(result, files)) say(line);
    await importing.closeDays(site, result.days);
  } finally {
    importing.close();
  }
  say(String(result.taken));
  for (const { source, lines, message } of result.problems) {
    note(`${files[source]}: ${message}; its first ${lines} lines were read and are kept`);
  }
  const noLog = result.lines > 0 && result.notTaken.broken === result.lines;
  if (noLog) note('none of the lines is one of an access log');
  if (noLog || result.problems.length > 0) process.exitCode = 1;
}

type OpenedFiles = {
  /** `undefined` where standard input is among them. */
  readonly totalBytes: number | undefined;
  sources(progress: Progress): readonly LogSource[];
};

/** Looks at all files before the first is read: a wrong name must not be found halfway. */
async function openFiles(files: readonly string[]): Promise<OpenedFiles> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new DaybookError('bad-input', 'expected - (standard input) once at the most');
  }
  let totalBytes: number | undefined = 0;
  for (const file of files) {
    if (file === '-') totalBytes = undefined;
    else {
      const bytes = await sizeOf(file);
      if (totalBytes !== undefined) totalBytes += bytes;
    }
  }
  return {
    totalBytes,
    sources: (progress) =>
      files.map((name) => ({
        name,
        bytes: counted(name === '-' ? process.stdin : createReadStream(name), progress),
      })),
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (!found.isDirectory()) return found.size;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : messageOf(error);
    throw new DaybookError('bad-input', `${file}: expected a log that can be read, but ${reason}`, {
      cause: error,
    });
  }
  throw new DaybookError('bad-input', `${file}: expected a log, but it is a folder`);
}

async function* counted(
  stream: AsyncIterable<unknown>,
  progress: Progress,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    progress.bytes((chunk as Buffer).length);
    yield chunk as Buffer;
  }
}
