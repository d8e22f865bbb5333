import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Option } from 'commander';
import type { Site } from '../../account/site.ts';
import type { PassEvent } from '../../close/pass-events.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { plainText } from '../../lib/plain-text.ts';
import { homeName, openHome } from '../home.ts';
import { openWorldSites } from '../world.ts';
import { settingOption } from './options.ts';

export type DataFlag = { readonly data: string };

export const dataOption = (): Option => settingOption('data');

export const cityOption = (): Option => settingOption('city-database');

export const networkOption = (): Option => settingOption('network-database');

/**
 * Opens the data for one command, beside a running server or alone. Only a command that may be
 * somebody's first makes a folder: to any other, a mistyped one would look like an empty one.
 */
export async function withHome(
  flags: DataFlag,
  run: (home: Home) => Promise<void>,
  { mayCreate = false } = {},
): Promise<void> {
  const isMachine = homeName(process.env) === 'machine';
  if (isMachine && !mayCreate && !existsSync(join(flags.data, 'daybook.json'))) {
    throw new DaybookError(
      'not-found',
      `there is no Daybook data in ${flags.data}; name its folder with --data`,
    );
  }
  const home = await openHome(flags.data, Date.now, process.env);
  try {
    await run(home);
  } finally {
    await home.close();
  }
}

export const random = randomBytes;

/** How the CLI was called: through npm in a clone, else by its name. */
export const command =
  process.env['npm_lifecycle_event'] === undefined ? 'daybook' : 'npm run daybook --';

/** A line for a reader or a pipe; the last one of a command is its value alone. */
export function say(line: string): void {
  process.stdout.write(`${plainText(line)}\n`);
}

export const isTerminal = () => process.stdout.isTTY === true;

/** On a terminal: what is said next stands at its top. */
export const clearScreen = () => void process.stdout.write('\x1b[2J\x1b[H');

/** A line for whoever watches, beside what a pipe reads. */
export function note(line: string): void {
  process.stderr.write(`daybook: ${plainText(line)}\n`);
}

/**
 * Standard output, for what may be seen on a terminal, also through `head` or `less`: a line of
 * JSON stays the same JSON.
 */
export function plainOutput(): Writable {
  const decoder = new StringDecoder('utf8');
  return new Writable({
    write: (chunk: Buffer, _, done) =>
      void process.stdout.write(plainText(decoder.write(chunk)), (error) => done(error)),
  });
}

/** The site that an import is for. */
export async function expectSite(home: Home, domain: string): Promise<Site> {
  const site = await openWorldSites(home, Date.now, random).find(domain);
  if (site !== undefined) return site;
  const named = JSON.stringify(domain);
  const problem = `there is no site ${named}; \`${command} site add ${domain}\` makes it`;
  throw new DaybookError('not-found', problem);
}

/** Reports a day that could not be closed; the command then ends with code 1. */
export function sayFailure(event: Extract<PassEvent, { kind: 'failed' }>): void {
  note(`${event.site} ${event.day}: ${messageOf(event.error)}`);
  process.exitCode = 1;
}
