import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';

/** Opens the home that `DAYBOOK_HOME` names. A home's libraries are loaded only when it is chosen. */
export async function openHome(data: string, clock: Clock, env: NodeJS.ProcessEnv): Promise<Home> {
  const name = env['DAYBOOK_HOME'] ?? 'machine';
  if (name === 'machine') {
    const { openMachine } = await import('../home/machine/machine.ts');
    return openMachine(data, clock);
  }
  throw new DaybookError('bad-input', `DAYBOOK_HOME: expected machine, got ${JSON.stringify(name)}`);
}
