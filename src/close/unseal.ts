import { hitsKeptFrom, isSealed, sealedFrom } from '../account/retention.ts';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Home } from '../home/home.ts';
import { type ClosedDay, type MonthRow, newSet, readMonths } from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { type Day, previousDay } from '../lib/site-days.ts';
import { restorePruned } from './removals.ts';
import { newVersion } from './world.ts';

type World = {
  readonly home: Pick<Home, 'rows'>;
  readonly sites: Sites;
  readonly clock: Clock;
  readonly random: Random;
};

/** What unsealing does to days that the ledger has. */
export type Unsealing = {
  /** The first day that takes hits again; undefined: every day does. */
  readonly from: Day | undefined;
  /** The last sealed day. */
  readonly last: Day;
  /** Something was erased from them: they stay sealed. */
  readonly erased: readonly Day[];
  /** Their hits are gone and their sums are left: they begin again without these. */
  readonly summed: readonly Day[];
};

/**
 * Says what unsealing would do. Rejects where no day is sealed, and where the site keeps hits for
 * so short a time that the days would be sealed again at once.
 */
export async function planUnsealing(
  { home, clock }: Pick<World, 'home' | 'clock'>,
  site: Site,
  from: Day | undefined,
): Promise<Unsealing> {
  const nowMs = clock();
  const bound = sealedFrom(site, nowMs);
  const isOpen = bound === undefined || (from !== undefined && from >= bound);
  if (isOpen && !(site.sealedDays ?? []).some((day) => day >= (from ?? '')))
    throw new DaybookError('bad-input', `no such day of ${site.domain} is sealed`);
  const months = await readMonths(home, site.id);
  const days = months.flatMap(({ content }) => Object.entries(content.days)).sort();
  const sealed = days.filter(([day]) => day >= (from ?? '') && isSealed(site, day, nowMs));
  return {
    from,
    last: bound === undefined ? site.sealedDays!.at(-1)! : previousDay(bound),
    erased: sealed.filter(([, one]) => isErased(one)).map(([day]) => day),
    summed: sealed.filter(([, one]) => !isErased(one) && isSummed(one)).map(([day]) => day),
  };
}

/** Hits that can be taken back do not count. */
const isErased = ({ erased, own }: ClosedDay) => erased > (own?.files.erased?.rows ?? 0);

const isSummed = ({ pruned, keptUntilMs }: ClosedDay) =>
  pruned === 'hits' && keptUntilMs === undefined;

/**
 * Lets sealed days take hits again, from a day on, but those that something was erased from. Pruned
 * days that can be taken back are; those whose hits are destroyed begin again. Gives the site.
 */
export async function unsealDays(world: World, site: Site, plan: Unsealing): Promise<Site> {
  const { home, sites, clock, random } = world;
  const { from = '', erased } = plan;
  const stay = new Set(erased);
  const isMeant = (day: Day) => day >= from && !stay.has(day);
  await restorePruned(world, site, isMeant);
  const now = (await sites.find(site.domain)) ?? site;
  const kept = hitsKeptFrom(now, clock());
  if (kept !== undefined && (plan.from === undefined || plan.from < kept)) {
    const problem = `${now.domain} keeps hits for ${now.keepHitsDays} days, since ${kept}`;
    throw new DaybookError('bad-input', `${problem}: set keep_hits_days longer first`);
  }
  await expectNoneMarked(home, now, isMeant);
  // The ledger first: a day that takes hits while it counts as pruned would not show them.
  for (const row of await readMonths(home, now.id))
    await beginAnew({ home, random }, now, row, isMeant);
  return sites.change(now.domain, ({ sealedFrom: bound, sealedDays = [], ...latest }) => {
    const days = [...new Set([...sealedDays.filter((day) => day < from), ...erased])].sort();
    const left =
      plan.from === undefined ? undefined : bound === undefined || bound > from ? from : bound;
    return {
      ...latest,
      ...(left !== undefined && { sealedFrom: left }),
      ...(days.length > 0 && { sealedDays: days }),
    };
  });
}

/** What is destroyed in the next minutes can neither be taken back nor begin again. */
async function expectNoneMarked(
  home: World['home'],
  site: Site,
  isMeant: (day: Day) => boolean,
): Promise<void> {
  for (const { content } of await readMonths(home, site.id))
    for (const [day, { keptUntilMs }] of Object.entries(content.days))
      if (isMeant(day) && keptUntilMs !== undefined)
        throw new DaybookError('conflict', `${day} is being destroyed: try again in an hour`);
}

async function beginAnew(
  { home, random }: Pick<World, 'home' | 'random'>,
  site: Site,
  row: MonthRow,
  isMeant: (day: Day) => boolean,
): Promise<void> {
  await publishChange({ home }, site.id, row, {
    change(content) {
      const gone = Object.entries(content.days).filter(
        ([day, { pruned, keptUntilMs }]) =>
          isMeant(day) && pruned !== undefined && keptUntilMs === undefined,
      );
      if (gone.length === 0) return undefined;
      const days = { ...content.days };
      for (const [day, { pruned: _, ...before }] of gone)
        days[day] = {
          ...before,
          // Files of its own, though none: else it would be one of the month's merged days.
          own: newSet(newVersion(random), {}),
          ...{ hits: 0, visits: 0, duplicates: 0, journalRows: 0 },
          went: before.taken - before.erased,
        };
      return { ...content, days };
    },
  });
}
