import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Home } from '../../home/home.ts';
import { minuteMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { readLease } from '../process-lease.ts';
import { succeedSignal } from '../server/successor.ts';
import { type DataFlag, dataOption, note, say, withHome } from './data.ts';

/** Longer than a server may take to end what is under way, and the next one to load. */
const givesUpMs = 2 * minuteMs;
const lookEveryMs = 50;

export function restartCommand(): Command {
  return new Command('restart')
    .summary('have a running server succeeded by the program that is installed now')
    .description(
      'have a running server succeeded by the program that is installed now\n' +
        'On the same port, with the same flags and environment, without a refused connection. ' +
        'Prints the number of the new process. Not for servers that systemd or a container runs.',
    )
    .addOption(dataOption())
    .action((flags: DataFlag) => withHome(flags, (home) => restart(home, flags.data)));
}

async function restart(home: Home, data: string): Promise<void> {
  const before = await readLease(home);
  if (before === undefined)
    throw new DaybookError('not-found', `no server has the data in ${data} open`);
  const { pid, host, handsOver } = before;
  if (host !== hostname())
    throw new DaybookError('bad-input', `expected a server of this machine, it runs on ${host}`);
  if (handsOver !== true)
    throw new DaybookError('conflict', `process ${pid} cannot be succeeded: end it, start another`);
  try {
    process.kill(pid, succeedSignal);
  } catch (error) {
    throw new DaybookError('unavailable', `process ${pid} cannot be told: ${messageOf(error)}`);
  }
  const endMs = performance.now() + givesUpMs;
  while (performance.now() < endMs) {
    const now = await readLease(home);
    if (now !== undefined && now.pid !== pid) {
      note(`served again, at ${now.url}`);
      say(String(now.pid));
      return;
    }
    await sleep(lookEveryMs);
  }
  throw new DaybookError('unavailable', `process ${pid} was not succeeded; its log says why`);
}
