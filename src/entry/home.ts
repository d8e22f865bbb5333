import { join } from 'node:path';
import type { Home } from '../home/home.ts';
import type { MachineOptions } from '../home/machine/machine.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';

/** The home that `DAYBOOK_HOME` names: one machine, where it is not set. */
export const homeName = (env: NodeJS.ProcessEnv) => env['DAYBOOK_HOME'] ?? 'machine';

/**
 * Opens the home that `DAYBOOK_HOME` names. A home's libraries are loaded only when it is chosen.
 * On `aws`, `data` is only where files are cached. `options` are of one machine.
 */
export async function openHome(
  data: string,
  clock: Clock,
  env: NodeJS.ProcessEnv,
  options: MachineOptions = {},
): Promise<Home> {
  const name = homeName(env);
  if (name === 'machine') {
    const { openMachine } = await import('../home/machine/machine.ts');
    return openMachine(data, options);
  }
  if (name === 'aws') {
    const { readSettings } = await import('../home/aws/settings.ts');
    const settings = readSettings(env, join(data, 'cache'));
    if (settings.bucket === undefined)
      throw new DaybookError(
        'bad-input',
        'DAYBOOK_BUCKET: expected the name of the bucket for files, got nothing',
      );
    const { openAws } = await import('../home/aws/aws.ts');
    return openAws(settings, clock);
  }
  throw new DaybookError(
    'bad-input',
    `DAYBOOK_HOME: expected machine or aws, got ${JSON.stringify(name)}`,
  );
}
