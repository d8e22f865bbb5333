import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import type { Home } from '../home/home.ts';
import { openHome } from './home.ts';

export type DataFlag = { readonly data: string };

/** Where data lies: `--data`, else `DAYBOOK_DATA`, else `./data`. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'folder of the data').env('DAYBOOK_DATA').default('data', './data');
}

/** Opens the data for one command, beside a running server or alone. */
export async function withHome(flags: DataFlag, run: (home: Home) => Promise<void>): Promise<void> {
  const home = await openHome(flags.data, Date.now, process.env);
  try {
    await run(home);
  } finally {
    await home.close();
  }
}

export const random = randomBytes;

/** A line for whoever reads or pipes it; the last one of a command is its value alone. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
