import { type ClosedDay, filesOfMonth, monthOf, readMonth } from '../ledger/manifest.ts';
import { readPack } from '../ledger/packs.ts';
import { NotBegun, openBesides } from './beside.ts';
import { closeMonth, fewestOfMonth } from './close-month.ts';
import { closeWhole, type DayToClose } from './due-days.ts';
import type { OnEvent, PassEvent } from './pass-events.ts';
import type { Beside, CloseWorld } from './world.ts';

/**
 * Closes days, and reports each. A day that fails does not keep the others from being closed. Gives
 * those that were closed.
 */
export async function closeDays<D extends DayToClose>(
  world: CloseWorld,
  days: readonly D[],
  { untilMs = Number.POSITIVE_INFINITY, onEvent }: { untilMs?: number; onEvent: OnEvent },
): Promise<D[]> {
  const closed: D[] = [];
  const isLate = () => world.clock() >= untilMs;
  const close = async (one: D, beside?: Beside): Promise<PassEvent | undefined> => {
    try {
      return await closeOne({ ...world, ...(beside && { beside }) }, one);
    } catch (error) {
      if (error instanceof NotBegun) return undefined;
      return { kind: 'failed', site: one.site.domain, day: one.day, step: 'close', error };
    }
  };
  const left = await closeMonths(world, days, { isLate, onEvent, closed });
  for await (const some of inGroups(world, left)) {
    if (isLate()) break;
    const besides = some.length > 1 ? openBesides(world, some.length, isLate) : undefined;
    const events = some.map((one) =>
      besides === undefined ? close(one) : besides((beside) => close(one, beside)),
    );
    for (const [i, closing] of events.entries()) {
      const event = await closing;
      if (event !== undefined) onEvent(event);
      if (event?.kind === 'closed') closed.push(some[i]!);
    }
  }
  return closed;
}

/**
 * Closes those days first that can be closed with others of their month, and gives the others. What
 * fails together is closed day by day, so that what is wrong with one day is reported of that day.
 */
async function closeMonths<D extends DayToClose>(
  world: CloseWorld,
  days: readonly D[],
  { isLate, onEvent, closed }: { isLate: () => boolean; onEvent: OnEvent; closed: D[] },
): Promise<D[]> {
  const months = new Map<string, D[]>();
  for (const one of days) {
    const key = `${one.site.id} ${one.again ? one.day : monthOf(one.day)}`;
    months.set(key, [...(months.get(key) ?? []), one]);
  }
  const left = new Set(days);
  for (const some of months.values()) {
    if (some.length < fewestOfMonth) continue;
    if (isLate()) break;
    const startMs = world.clock();
    const found = await closeMonth(world, some).catch(() => new Map<string, ClosedDay>());
    const tookMs = (world.clock() - startMs) / Math.max(1, found.size);
    for (const one of some) {
      const present = found.get(one.day);
      if (present === undefined) continue;
      const { hits, visits } = present;
      onEvent({ kind: 'closed', site: one.site.domain, day: one.day, hits, visits, tookMs });
      closed.push(one);
      left.delete(one);
    }
    if (found.size > 0)
      onEvent({ kind: 'merged', site: some[0]!.site.domain, month: monthOf(some[0]!.day) });
  }
  return [...left];
}

/** Days closed beside each other, so that the small ones among them are computed together. */
const besideEachOther = 48;

/** A day that has a pack is large. */
async function* inGroups<D extends DayToClose>(
  { home }: CloseWorld,
  days: readonly D[],
): AsyncGenerator<readonly D[]> {
  let group: D[] = [];
  for (const one of days) {
    const { pack } = await readPack(home, one.site.id, one.day);
    if (pack === undefined) group.push(one);
    if (group.length > 0 && (pack !== undefined || group.length >= besideEachOther)) {
      yield group;
      group = [];
    }
    if (pack !== undefined) yield [one];
  }
  if (group.length > 0) yield group;
}

/** Closes a day and says what the ledger contains of it. */
async function closeOne(
  world: CloseWorld,
  { site, day, recount, again = false }: DayToClose,
): Promise<PassEvent> {
  const startMs = world.clock();
  await closeWhole(world, site, { day, recount, again });
  const month = await readMonth(world.home, site.id, monthOf(day));
  const { hits = 0, visits = 0 } = (month.content.days[day] as ClosedDay | undefined) ?? {};
  const bytes = filesOfMonth(site.id, month)
    .filter(({ name }) => name.includes(`/${day}/`))
    .reduce((sum, file) => sum + file.bytes, 0);
  const tookMs = world.clock() - startMs;
  return { kind: 'closed', site: site.domain, day, hits, visits, bytes, tookMs };
}
