import { Command } from 'commander';
import type { Site } from '../../account/site.ts';
import { closeWhole } from '../../close/due-days.ts';
import { type ErasureFields, eraseHits, erasureId, readErasure } from '../../close/erase-hits.ts';
import { countErasure, daysToErase, type Meant } from '../../close/erased-days.ts';
import { mergeMonths } from '../../close/merge-month.ts';
import type { CloseWorld } from '../../close/world.ts';
import type { Home } from '../../home/home.ts';
import { filesOfMonth, readMonths } from '../../ledger/manifest.ts';
import { openClosing } from '../closing.ts';
import { openWorldSites } from '../world.ts';
import { askBefore, type ConsentFlags, nowOption, sayTakeBack, yesOption } from './consent.ts';
import { type DataFlag, dataOption, expectSite, note, random, say, withHome } from './data.ts';
import { carefulClock } from './machine-clock.ts';

type Flags = DataFlag &
  ErasureFields &
  ConsentFlags & { readonly site: string; readonly dryRun?: true };

export function eraseCommand(): Command {
  return new Command('erase')
    .summary('erase hits of a site')
    .description(
      'erase hits of a site: those that meet all that is said\n' +
        'They are in no report from now on, do not come back with a retry, and are destroyed ' +
        '24 hours later: until then `daybook restore` takes them back. May run beside a server.',
    )
    .requiredOption('--site <domain>', 'the site')
    .option(
      '--page <path>',
      'of this page; * within a segment, ** over any; may be said again',
      several,
    )
    .option('--prop <name[=value]>', 'that have this property, or this value of it')
    .option(
      '--visitor <id>',
      'of this visitor, as raw hits have it; best with its days; may be said again',
      several,
    )
    .option('--hostname <name>', 'of this host name')
    .option('--from <day>', 'of this day and later ones')
    .option('--to <day>', 'of this day and earlier ones')
    .option('--dry-run', 'say what would be erased, and erase nothing')
    .addOption(yesOption())
    .addOption(nowOption())
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => erase(home, flags)));
}

const several = (value: string, before: string[] = []) => [...before, value];

async function erase(
  home: Home,
  { site: domain, data: _, dryRun, yes, now, ...asked }: Flags,
): Promise<void> {
  const site = await expectSite(home, domain);
  const closing = await openClosing(home, await carefulClock(home));
  try {
    const flags = { ...(dryRun && { dryRun }), ...(yes && { yes }), ...(now && { now }) };
    await eraseHere({ home, world: closing.world }, site, asked, flags);
  } finally {
    closing.close();
  }
}

/** Says what would go, by day; and erases it, unless it is a dry run, or the answer is no. */
export async function eraseHere(
  { home, world }: { readonly home: Home; readonly world: CloseWorld },
  site: Site,
  asked: ErasureFields,
  { dryRun, ...consent }: ConsentFlags & { readonly dryRun?: true },
): Promise<void> {
  const meant = await countErasure(world, site, readErasure(asked, site, Date.now()));
  for (const { day, hits } of meant.days) say(`${day}\t${hits}`);
  warnOfPruned(meant);
  const hits = meant.days.reduce((sum, day) => sum + day.hits, 0);
  if (dryRun !== true) {
    await askBefore(whatGoes(meant, hits), consent);
    await eraseNow(world, home, site, { asked, now: consent.now === true });
  }
  say(String(hits));
}

function whatGoes({ days }: Meant, hits: number): string {
  const known = days.map(({ day }) => day);
  if (known.length === 0) return 'no hit that is there now, and those of its time that still come';
  const which =
    known.length === 1 ? known[0] : `${known.length} days, ${known[0]} to ${known.at(-1)}`;
  return `${hits === 1 ? '1 hit' : `${hits.toLocaleString('en-US')} hits`} of ${which}`;
}

type Asked = { readonly asked: ErasureFields; readonly now: boolean };

/** Closes the closed days again. On open days an erasure is applied when they are read. */
async function eraseNow(
  world: CloseWorld,
  home: Home,
  site: Site,
  { asked, now }: Asked,
): Promise<void> {
  const sites = openWorldSites(home, Date.now, random);
  const before = await filesOf(home, site);
  const { erasure } = await eraseHits(
    { home, sites, clock: Date.now, random },
    site.domain,
    asked,
    {
      now,
    },
  );
  for (const day of [...(await daysToErase(world, site))].sort())
    await closeWhole(world, site, { day, recount: false });
  await daysToErase(world, site);
  if (now) await removeReplaced(world, home, site, before);
  else sayTakeBack(erasureId(erasure.key), erasure.destroyMs ?? 0);
}

const filesOf = async (home: Home, { id }: Site) =>
  (await readMonths(home, id)).flatMap((month) => filesOfMonth(id, month).map(({ name }) => name));

/** The files that had the hits, those of merged months too, do not wait for their readers. */
async function removeReplaced(
  world: CloseWorld,
  home: Home,
  site: Site,
  before: readonly string[],
): Promise<void> {
  await mergeMonths(world, site);
  const named = new Set(await filesOf(home, site));
  for (const name of before) if (!named.has(name)) await home.files.remove(name);
}

function warnOfPruned({ pruned }: Meant): void {
  if (pruned.length === 0) return;
  note(
    `${pruned.length} days from ${pruned[0]} to ${pruned.at(-1)} are pruned: ` +
      `of their hits only sums are left, which stay`,
  );
}
