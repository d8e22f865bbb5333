import { createReadStream } from 'node:fs';
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openAuditLog } from '../../account/audit-log.ts';
import type { Site } from '../../account/site.ts';
import type { DaySpan } from '../../days/day-hits.ts';
import type { Cell } from '../../duck/one-statement.ts';
import type { Home } from '../../home/home.ts';
import { secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isDay } from '../../lib/site-days.ts';
import { asCsv, asJson, asTable } from '../../sql/formats.ts';
import { masked } from '../../sql/masked.ts';
import { type SqlResult, withStatement } from '../../sql/run-statement.ts';
import { makeScratch, removeScratch } from '../../sql/sql.ts';
import { memoryBytesOf, sharesOf } from '../memory.ts';
import { sqlWorld } from '../sql.ts';
import {
  type DataFlag,
  dataOption,
  expectSite,
  isTerminal,
  note,
  plainOutput,
  random,
  say,
  withHome,
} from './data.ts';

const formats = ['table', 'csv', 'json', 'parquet'] as const;

type Format = (typeof formats)[number];

type Flags = DataFlag &
  DaySpan & {
    readonly site: string;
    readonly file?: string;
    readonly format?: Format;
    readonly out?: string;
    readonly limit?: number;
    readonly timeout: number;
  };

/** A table is held before its widths are known. */
const rowsOfTable = 1_000;

export function sqlCommand(): Command {
  return new Command('sql')
    .summary('run a SELECT over the hits and visits of a site')
    .description(
      'run a SELECT over the hits and visits of a site\n' +
        'In DuckDB’s SQL, over the tables hits and visits (docs/sql.md), in a database in which ' +
        'nothing else is.\nNothing can be changed. May run beside a server.',
    )
    .argument('[statement]', 'the SELECT; without it, standard input or --file is read')
    .requiredOption('--site <domain>', 'the site')
    .option('--file <file>', 'the file that has the statement')
    .addOption(new Option('--from <day>', 'the first day of the tables').argParser(readDay))
    .addOption(new Option('--to <day>', 'the last day of the tables').argParser(readDay))
    .addOption(
      new Option('--format <format>', 'by default what --out ends in, else a table').choices(
        formats,
      ),
    )
    .option('--out <file>', 'where the result is written (default: standard output)')
    .addOption(
      new Option(
        '--limit <rows>',
        'refuse a result of more rows (of a table: show so many)',
      ).argParser(readNumber),
    )
    .addOption(
      new Option('--timeout <seconds>', 'how long it may take').argParser(readNumber).default(600),
    )
    .addOption(dataOption())
    .action((statement: string | undefined, flags: Flags) =>
      withHome(flags, (home) => runSql(home, statement, flags)),
    );
}

async function runSql(home: Home, said: string | undefined, flags: Flags): Promise<void> {
  const { from, to, out } = flags;
  if (from !== undefined && to !== undefined && from > to)
    throw new DaybookError('bad-input', `--to: expected a day not before ${from}, got ${to}`);
  const format = flags.format ?? formatOf(out);
  if (format === 'parquet' && out === undefined && isTerminal())
    throw new DaybookError('bad-input', '--out: expected a file, since Parquet is no text');
  const site = await expectSite(home, flags.site);
  const sql = await readStatement(said, flags.file);
  const scratch = await makeScratch(home.files.folder);
  try {
    const memoryBytes = sharesOf(memoryBytesOf(process.env)).sqlBytes;
    await withStatement(
      sqlWorld(home, Date.now, { memoryBytes, scratch }),
      site,
      {
        ...{ sql, from, to, timeoutMs: flags.timeout * secondMs },
        // What is beyond a table is only not shown.
        mostRows: (format === 'table' ? undefined : flags.limit) ?? Number.POSITIVE_INFINITY,
        mostBytes: Number.POSITIVE_INFINITY,
      },
      (result) => writeOut(result, format, flags),
    );
  } finally {
    await removeScratch(scratch);
  }
  await writeDown(home, site, sql);
}

function formatOf(out: string | undefined): Format {
  const ending = out === undefined ? undefined : formats.find((one) => out.endsWith(`.${one}`));
  if (ending !== undefined || out === undefined) return ending ?? 'table';
  throw new DaybookError(
    'bad-input',
    '--format: expected one of csv, json, parquet where --out does not end in it',
  );
}

async function readStatement(said: string | undefined, file: string | undefined): Promise<string> {
  if (said !== undefined && file !== undefined)
    throw new DaybookError('bad-input', 'expected a statement or --file, not both');
  if (said !== undefined && said !== '-') return said;
  if (file !== undefined) {
    return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new DaybookError('bad-input', `--file: ${file} cannot be read (${error.code})`);
    });
  }
  if (process.stdin.isTTY)
    throw new DaybookError(
      'bad-input',
      'expected a statement, such as "SELECT count(*) FROM hits"',
    );
  return text(process.stdin);
}

async function writeOut(
  result: SqlResult,
  format: Format,
  { out, limit = rowsOfTable }: Flags,
): Promise<void> {
  if (format === 'parquet') {
    const { path } = await result.parquet();
    if (out === undefined) return pipeline(createReadStream(path), process.stdout, { end: false });
    return inPlace(out, (unfinished) => copyFile(path, unfinished));
  }
  const { columns, about } = result;
  const texts =
    format === 'csv'
      ? asCsv(columns, result.rows())
      : format === 'json'
        ? asJson(columns, result.rows(), about)
        : tableLines(result, limit);
  if (out !== undefined) return inPlace(out, (unfinished) => writeFile(unfinished, texts));
  const isSeen = isTerminal() || format !== 'csv';
  return pipeline(texts, isSeen ? plainOutput() : process.stdout, { end: false });
}

/** Under another name until it is whole. */
async function inPlace(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    await write(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  say(path);
}

async function* tableLines(result: SqlResult, limit: number): AsyncGenerator<string> {
  const rows: (readonly Cell[])[] = [];
  for await (const page of result.rows(limit + 1)) rows.push(...page);
  for (const line of asTable(result.columns, rows.slice(0, limit))) yield `${line}\n`;
  if (rows.length > limit) note(`the first ${limit} rows; --format csv has all of them`);
}

/** In the audit log, as what is asked over HTTP is. */
async function writeDown(home: Home, { id, domain }: Site, sql: string): Promise<void> {
  await openAuditLog(home, { clock: Date.now, random }).write({
    ...{ what: 'sql.run', by: { kind: 'command-line' }, site: { id, domain }, about: masked(sql) },
  });
}

function readDay(said: string): string {
  if (isDay(said)) return said;
  throw new InvalidArgumentError('expected a day such as 2026-11-22.');
}

function readNumber(said: string): number {
  const number = Number(said);
  if (/^[1-9]\d{0,11}$/.test(said)) return number;
  throw new InvalidArgumentError('expected a whole number from 1.');
}
