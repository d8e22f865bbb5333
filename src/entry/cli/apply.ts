import { Command } from 'commander';
import { openAuditLog } from '../../account/audit-log.ts';
import { keepsOther } from '../../account/site-settings.ts';
import type { Sites } from '../../account/sites.ts';
import { countPruned } from '../../close/prune-site.ts';
import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { planSite, type SitePlan } from '../sites-file/plan.ts';
import { readSitesFile, type WantedSite } from '../sites-file/read.ts';
import { askOnce, yesOption } from './consent.ts';
import { type DataFlag, dataOption, random, say } from './data.ts';
import { carefulClock } from './machine-clock.ts';
import { pruneNow, whatGoes } from './prune.ts';
import { withSites } from './sites.ts';

type ApplyFlags = DataFlag & { readonly dryRun?: true; readonly yes?: true };

export function applyCommand(): Command {
  return new Command('apply')
    .argument('<file>', 'sites in YAML: `daybook site yaml` prints those that there are')
    .summary('make sites as a file says')
    .description(
      'make sites as a file says: settings, goals, segments\n' +
        'Shows what changes first, and asks. What the file does not name stays as it is.',
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .addOption(yesOption())
    .addOption(dataOption())
    .action(async (file: string, flags: ApplyFlags) => {
      const wanted = await readSitesFile(file);
      await withSites(flags, (sites, home) => apply({ home, sites }, wanted, flags), {
        mayCreate: flags.dryRun !== true,
      });
    });
}

type World = { readonly home: Home; readonly sites: Sites };

async function apply(world: World, wanted: readonly WantedSite[], flags: ApplyFlags) {
  const clock = await carefulClock(world.home);
  const plans = await planAll(world.sites, wanted, clock());
  let count = 0;
  for (const plan of plans) {
    for (const { line } of plan.changes) say(`${plan.after.domain}: ${line}`);
    const going = await goingOf(world.home, plan, clock);
    if (going.length > 0) say(`${plan.after.domain}: - ${whatGoes(going)}`);
    count += plan.changes.length;
  }
  if (count === 0) {
    say('nothing changes');
    return;
  }
  const what = `${count} ${count === 1 ? 'change' : 'changes'}`;
  if (flags.dryRun) {
    say(`${what}, not made`);
    return;
  }
  if (!flags.yes) await askOnce(`Make ${what}?`, 'nothing was changed', 'change it');
  for (const plan of plans) if (plan.changes.length > 0) await carryOut(world, plan, clock);
  say(`${what} made`);
}

/** Throws `bad-input` before anything is changed. */
async function planAll(
  sites: Sites,
  wanted: readonly WantedSite[],
  nowMs: number,
): Promise<SitePlan[]> {
  const plans: SitePlan[] = [];
  for (const one of wanted) {
    const refusal = (problem: string) =>
      new DaybookError('bad-input', `${one.place}: ${one.domain}: ${problem}`);
    const site = await sites.find(one.domain);
    const plan = planOf(() => planSite(site, one, { nowMs, newId }), refusal);
    if (plans.some(({ after }) => after.domain === plan.after.domain))
      throw refusal('expected each site once');
    if (plan.after.default && plans.some(({ after }) => after.default))
      throw refusal('default: expected one such site at most');
    plans.push(plan);
  }
  return plans;
}

function planOf(plan: () => SitePlan, refusal: (problem: string) => DaybookError): SitePlan {
  try {
    return plan();
  } catch (error) {
    throw error instanceof DaybookError ? refusal(messageOf(error)) : error;
  }
}

const newId = () => random(4).toString('hex');

/** The days whose hits go, where they are kept shorter. */
const goingOf = async (home: Home, { site, after }: SitePlan, clock: Clock) =>
  site !== undefined && keepsOther(after, site) ? countPruned({ home, clock }, after) : [];

async function carryOut({ home, sites }: World, plan: SitePlan, clock: Clock): Promise<void> {
  const { site, settings, changes, finish, after } = plan;
  const going = await goingOf(home, plan, clock);
  let made = site;
  if (made === undefined) made = await sites.add(after.domain, settings, finish);
  else {
    if (Object.keys(settings).length > 0) made = await sites.set(made.domain, settings);
    if (changes.some(({ what }) => !what.startsWith('site.')))
      made = await sites.change(made.domain, finish);
  }
  if (going.length > 0) await pruneNow({ home, clock }, made, { now: false });
  const audit = openAuditLog(home, { clock: Date.now, random });
  for (const { what, about } of changes)
    await audit.write({
      ...{ what, by: { kind: 'command-line' }, site: { id: made.id, domain: made.domain } },
      ...(about !== undefined && { about }),
    });
}
