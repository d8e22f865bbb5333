import { Command } from 'commander';
import { unnamedFiles } from '../../close/sweep.ts';
import { verifySite } from '../../close/verify-ledger.ts';
import type { Home } from '../../home/home.ts';
import { listDays } from '../../journal/read.ts';
import { dayBounds, nextDay } from '../../lib/site-days.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
import { carefulClock } from './machine-clock.ts';

type Flags = DataFlag & { readonly site?: string };

export function verifyCommand(): Command {
  return new Command('verify')
    .summary('hold the ledger and the books against what they should be')
    .description(
      'hold every file of the ledger against its manifest, and the books against both\n' +
        'Names each file and day that is wrong, and ends with code 1 then. ' +
        'May run beside a server.',
    )
    .option('--site <domain>', 'only of this site')
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => verify(home, flags)));
}

/** Says what is wrong, a line each, and as the last one `ok` or how many these are. */
export async function verify(home: Home, { site: domain }: Partial<Flags>): Promise<void> {
  const all = openWorldSites(home, Date.now, random);
  const sites = domain === undefined ? await all.list() : [await expectSite(home, domain)];
  const closing = await openClosing(home, await carefulClock(home));
  let problems = 0;
  try {
    for (const site of sites) {
      const { files, bytes, days, wrong } = await verifySite(closing.world, site);
      for (const { at, problem } of wrong) say(`${site.domain}\t${at}\t${problem}`);
      say(
        `${site.domain}\t${days} days closed, ${files} files, ${bytes} bytes, ` +
          `${wrong.length} wrong`,
      );
      problems += wrong.length;
      const { day: today } = dayBounds(site.zones, Date.now());
      const ahead = await listDays(home, site.id, { from: nextDay(today) });
      for (const day of ahead) say(`${site.domain}\t${day}\thas hits of a clock that was ahead`);
    }
    const unnamed = domain === undefined ? await unnamedFiles(closing.world) : [];
    for (const name of unnamed) say(`${name}\tis named by no manifest; it is removed in a day`);
  } finally {
    closing.close();
  }
  if (problems > 0) process.exitCode = 1;
  say(problems === 0 ? 'ok' : String(problems));
}
