// One pass over the ledger of a folder, in a process of its own that may end itself at a fault
// point. Uses the built program. Prints the points it reached, one a line.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';

const { built, data, nowMs, killAt, erase } = JSON.parse(process.argv[2]);
const load = (path) => import(new URL(path, built));
const { openMachine } = await load('home/machine/machine.js');
const { openClosing } = await load('entry/closing.js');
const { openSites } = await load('account/sites.js');
const { eraseHits } = await load('close/erase-hits.js');
const { runPass } = await load('close/pass.js');

const clock = () => nowMs;
const reach = (point) => {
  writeSync(1, `${point}\n`);
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
};
const home = await openMachine(data, clock);
const closing = await openClosing(home, clock, [], 2 ** 28);
const sites = openSites(home, clock, () => randomBytes(6).toString('hex'));
const [site] = await sites.list();
if (erase !== undefined)
  await eraseHits(
    { home, sites, clock, random: randomBytes, faultPoint: reach },
    site.domain,
    erase,
  );
await runPass({ ...closing.world, packsFrom: 1, faultPoint: reach }, sites, {
  untilMs: Number.POSITIVE_INFINITY,
  atOnce: true,
  onEvent(event) {
    if (event.kind !== 'failed') return;
    writeSync(2, `${event.step}: ${event.error?.stack}\n`);
    process.exitCode = 1;
  },
});
closing.close();
await home.close();
