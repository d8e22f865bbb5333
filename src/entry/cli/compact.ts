import { hostname } from 'node:os';
import { Command } from 'commander';
import { DaybookError } from '../../lib/errors.ts';
import { homeName } from '../home.ts';
import { takeLease } from '../process-lease.ts';
import { type DataFlag, dataOption, say, withHome } from './data.ts';

export function compactCommand(): Command {
  return new Command('compact')
    .summary('write the rows anew, without what was removed from them')
    .description(
      'write the rows of a data folder anew\n' +
        'What was removed from them stays in their file until something else is written there. ' +
        'Afterwards it is not in it any more, and the file is smaller. Runs while no server and ' +
        'no other command has the data folder open. Cut anywhere, it is run again.',
    )
    .addOption(dataOption())
    .action(compact);
}

async function compact(flags: DataFlag): Promise<void> {
  if (homeName(process.env) !== 'machine')
    throw new DaybookError(
      'bad-input',
      'on AWS there is nothing to compact: a removed row is gone',
    );
  const { compactRows, isBeingCompacted } = await import('../../home/machine/compact.ts');
  if (!(await isBeingCompacted(flags.data))) await withHome(flags, expectNoServer);
  const { beforeBytes, afterBytes } = await compactRows(flags.data);
  say(`${figure(beforeBytes)} bytes before`);
  say(`${figure(afterBytes)} bytes`);
}

const expectNoServer: Parameters<typeof withHome>[1] = async (home) => {
  const self = { pid: process.pid, host: hostname(), url: '' };
  await (await takeLease(home, Date.now, self)).release();
};

const figure = (bytes: number) => bytes.toLocaleString('en-US');
