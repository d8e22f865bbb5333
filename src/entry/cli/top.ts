import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { openKeys } from '../../account/keys.ts';
import type { Health } from '../../http/schemas/health.ts';
import { hourMs, secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { servedAt } from '../process-lease.ts';
import { type Look, screenOf } from '../top/screen.ts';
import {
  clearScreen,
  type DataFlag,
  dataOption,
  isTerminal,
  random,
  say,
  withHome,
} from './data.ts';

type Flags = DataFlag & { readonly url?: string };

export function topCommand(): Command {
  return new Command('top')
    .summary('what a running server is doing, each second')
    .description(
      'what a running server is doing, each second: hits, drops, sites, questions, memory\n' +
        'Once, where the output is no terminal. Of the server that has the data folder, or of ' +
        'the one at --url, with the key in DAYBOOK_KEY, which may manage.',
    )
    .option('--url <url>', 'where the server is, if it is not this data folder’s')
    .addOption(dataOption())
    .action(top);
}

async function top({ url, ...flags }: Flags): Promise<void> {
  const ofEnvironment = process.env['DAYBOOK_KEY'];
  if (url !== undefined) {
    if (!ofEnvironment)
      throw new DaybookError('bad-input', 'DAYBOOK_KEY: expected a key that may manage, got none');
    await watch(url, ofEnvironment);
    return;
  }
  // Whoever may open the folder is its owner: they get a key for as long as they look.
  await withHome(flags, async (home) => {
    const served = await servedAt(home);
    if (served === undefined)
      throw new DaybookError('not-found', `no server has the data in ${flags.data} open`);
    const keys = openKeys(home, { clock: Date.now, random });
    const endsMs = Date.now() + 12 * hourMs;
    const { key, facts } = await keys.make({ name: 'daybook top', scope: 'manage', endsMs });
    try {
      await watch(served, key);
    } finally {
      await keys.end(facts.id);
    }
  });
}

async function watch(url: string, key: string): Promise<void> {
  let before: Look | undefined;
  let isOver = false;
  if (isTerminal()) process.once('SIGINT', () => (isOver = true));
  while (!isOver) {
    const now = { atMs: performance.now(), health: await read(url, key) };
    if (!isTerminal()) {
      for (const line of screenOf(now)) say(line);
      return;
    }
    clearScreen();
    for (const line of screenOf(now, before)) say(line);
    before = now;
    await sleep(secondMs);
  }
}

async function read(url: string, key: string): Promise<Health> {
  const headers = { Authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/health`, { headers }).catch((error: unknown) => {
    throw new DaybookError('unavailable', `no server answers at ${url}: ${messageOf(error)}`);
  });
  const said = (await answer.json()) as Health & { error?: string };
  if (answer.ok && said.hits !== undefined) return said;
  throw new DaybookError('unavailable', `${url}/health: ${said.error ?? 'it says nothing'}`);
}
