import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { orAbsent } from '../../home/disk.ts';
import { DaybookError } from '../../lib/errors.ts';
import { openHome } from '../home.ts';
import { type DataFlag, dataOption, say } from './data.ts';

type Flags = DataFlag & { readonly to: string };

export function rescueCommand(): Command {
  return new Command('rescue')
    .summary('read what can be read of a damaged data folder into a new one')
    .description(
      'read what can be read of a damaged data folder into a new one, and list what is missing\n' +
        'The damaged folder is only read. End its server first.',
    )
    .addOption(dataOption())
    .requiredOption('--to <dir>', 'the new folder; it must not exist, or be empty')
    .action(rescue);
}

async function rescue({ data, to }: Flags): Promise<void> {
  const [from, target] = [resolve(data), resolve(to)];
  if (!['daybook.json', 'rows', 'files'].some((name) => existsSync(join(from, name))))
    throw new DaybookError(
      'not-found',
      `there is no Daybook data in ${data}; name its folder with --data`,
    );
  if (target === from || target.startsWith(join(from, '/')))
    throw new DaybookError('bad-input', `--to: expected a folder outside of ${data}, got ${to}`);
  if ((await orAbsent(readdir(target), [])).length > 0)
    throw new DaybookError('bad-input', `--to: expected a new or an empty folder, got ${to}`);
  const home = await openHome(to, Date.now, { ...process.env, DAYBOOK_HOME: 'machine' });
  try {
    const { rescueData } = await import('../rescue/rescue.ts');
    const { rows, missing } = await rescueData(from, home, Date.now);
    for (const line of missing) say(`missing\t${shown(line)}`);
    say(`${rows} rows read; the new folder is ${to}`);
    say('When it is right, remove the damaged folder: its salts are destroyed by nobody else.');
    say(missing.length === 0 ? 'ok' : String(missing.length));
  } finally {
    await home.close();
  }
}

/** Damaged data may have anything in it: nothing that acts on a terminal is printed. */
const shown = (line: string) => line.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 500);
