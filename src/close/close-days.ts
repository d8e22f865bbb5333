import { type ClosedDay, filesOfMonth, monthOf, readMonth } from '../ledger/manifest.ts';
import { closeWhole, type DueDay } from './due-days.ts';
import type { NamedSite, OnEvent, PassEvent } from './pass-events.ts';
import type { CloseWorld } from './world.ts';

export type DayToClose = Pick<DueDay, 'day' | 'recount'> & {
  readonly site: NamedSite;
  /** Also if nothing came to it since it was closed. */
  readonly again?: boolean;
};

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
  for (const one of days) {
    if (world.clock() >= untilMs) break;
    try {
      onEvent(await closeOne(world, one));
      closed.push(one);
    } catch (error) {
      onEvent({ kind: 'failed', site: one.site.domain, day: one.day, step: 'close', error });
    }
  }
  return closed;
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
