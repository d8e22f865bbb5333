import { type Pass, runPass } from '../../close/pass.ts';
import { eventLine } from '../../close/pass-events.ts';
import { hourMs } from '../../lib/clock.ts';
import { openClosing } from '../closing.ts';
import { openHome } from '../home.ts';
import { openLog } from '../log.ts';
import { systemUptimeMs } from '../machine-clock.ts';
import { openRandom } from '../random.ts';
import { openWorldSites } from '../world.ts';
import { endWithServer } from './child.ts';
import { removedByServer } from './removals.ts';

/** After this nothing starts: the next pass sees newer settings. */
const passMs = 2 * hourMs;

/**
 * One pass of closing in a process of its own, at the lowest priority: days are closed with what
 * the cores have left, and the memory it takes is free again when it ends. Started by `closer.ts`;
 * ends with the server, at once: closing may be cut anywhere.
 */
async function main(): Promise<void> {
  endWithServer();
  const log = openLog(process.env, 2);
  const home = await openHome(process.argv[2]!, Date.now, process.env, { isChecked: true });
  // From the server's careful clock on: whoever sets the machine's meanwhile changes nothing.
  const aheadMs = Number(process.argv[3]) - systemUptimeMs();
  const clock = () => aheadMs + systemUptimeMs();
  const sites = openWorldSites(home, clock, openRandom());
  const rows = home.writers === 'many' ? home.rows : removedByServer(home.rows);
  const closing = await openClosing({ ...home, rows }, clock);
  const pass = await runPass(closing.world, sites, {
    untilMs: clock() + passMs,
    onEvent(event) {
      if (event.kind === 'failed')
        log.error({ err: event.error }, `${eventLine(event)}; it is tried again`);
      else log.info(eventLine(event));
    },
  });
  closing.close();
  await home.close();
  process.send!(pass satisfies Pass, () => process.kill(process.pid, 'SIGKILL'));
}

await main();
