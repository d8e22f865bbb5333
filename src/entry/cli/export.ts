import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Site } from '../../account/site.ts';
import type { DaySpan } from '../../days/day-hits.ts';
import {
  type Exported,
  type ExportOptions,
  exportToFolder,
  exportToStream,
} from '../../exchange/export-site.ts';
import { type Format, formats } from '../../exchange/formats.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isDay } from '../../lib/site-days.ts';
import { type DataFlag, dataOption, expectSite, plainOutput, say, withHome } from './data.ts';
import { withExportWorld, withScratch } from './export-world.ts';

type Flags = DataFlag &
  DaySpan & { readonly site: string; readonly format: Format; readonly out?: string };

export function exportCommand(): Command {
  return new Command('export')
    .summary('write out all hits of a site, as Parquet, NDJSON or CSV')
    .description(
      'write out all hits of a site, those of closed days and of open ones, each once\n' +
        'A folder gets a file a day and export.json, which describes them: ' +
        '`daybook import export` brings it back\n' +
        '(parquet, ndjson). A file, or - for standard output, gets the hits one after another ' +
        '(ndjson, csv).\n' +
        'The columns are described in docs/ledger.md.',
    )
    .requiredOption('--site <domain>', 'the site')
    .addOption(new Option('--from <day>', 'first day, such as 2026-11-01').argParser(readDay))
    .addOption(new Option('--to <day>', 'last day').argParser(readDay))
    .addOption(new Option('--format <format>', 'of the files').choices(formats).default('parquet'))
    .option(
      '--out <place>',
      'an empty or new folder; a file, by its ending .ndjson or .csv; or - ' +
        '(default: ./<domain>-export)',
    )
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => runExport(home, flags)));
}

async function runExport(
  home: Home,
  { site: domain, from, to, format, out }: Flags,
): Promise<void> {
  if (from !== undefined && to !== undefined && from > to)
    throw new DaybookError('bad-input', `--to: expected a day not before ${from}, got ${to}`);
  const site = await expectSite(home, domain);
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const place = out ?? `./${site.domain.replace(/[^\w.-]/g, '_')}-export`;
  const isFile = place === '-' || /\.(ndjson|csv|parquet)$/.test(place);
  if (isFile && format === 'parquet')
    throw new DaybookError(
      'bad-input',
      `--out: expected a folder, since parquet is a file a day, got ${place}`,
    );
  if (!isFile) {
    const exported = await toFolder(home, site, resolve(place), { range, format });
    return sayWhat(exported, place);
  }
  const textFormat = format as Exclude<Format, 'parquet'>;
  if (place === '-') {
    const isSeen = textFormat === 'ndjson' || process.stdout.isTTY;
    const to = isSeen ? plainOutput() : process.stdout;
    await toStream(home, site, to, { range, format: textFormat });
    return;
  }
  sayWhat(await toFile(home, site, place, { range, format: textFormat }), place);
}

const toFolder = (home: Home, site: Site, folder: string, options: ExportOptions) =>
  withExportWorld(home, Date.now, folder, (world) => exportToFolder(world, site, folder, options));

type TextOptions = ExportOptions<Exclude<Format, 'parquet'>>;

function toStream(home: Home, site: Site, out: Writable, options: TextOptions): Promise<Exported> {
  return withScratch(tmpdir(), (scratch) =>
    withExportWorld(home, Date.now, scratch, (world) =>
      exportToStream(world, site, { scratch, out }, options),
    ),
  );
}

/** Under another name until it is whole. */
async function toFile(
  home: Home,
  site: Site,
  path: string,
  options: TextOptions,
): Promise<Exported> {
  const unfinished = `${path}.unfinished`;
  const file = createWriteStream(unfinished);
  try {
    await once(file, 'open');
    const exported = await toStream(home, site, file, options);
    file.end();
    await once(file, 'close');
    await rename(unfinished, path);
    return exported;
  } catch (error) {
    file.destroy();
    await rm(unfinished, { force: true });
    throw error;
  }
}

function sayWhat({ days, hits, bytes }: Exported, place: string): void {
  const [first, last] = [days[0], days[days.length - 1]];
  const span =
    days.length <= 1 ? (first ?? 'no day') : `${count(days.length)} days, ${first} to ${last}`;
  say(`${count(hits)} ${hits === 1 ? 'hit' : 'hits'} of ${span}; ${count(bytes)} bytes`);
  say(place);
}

const count = (value: number) => value.toLocaleString('en-US');

function readDay(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('expected a day such as 2026-11-22.');
}
