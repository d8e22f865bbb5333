import { sweepAccounts } from '../../account/sweep-accounts.ts';
import { balanceDay } from '../../days/books.ts';
import { settleSite } from '../../days/settle-books.ts';
import type { World } from '../../http/world.ts';
import { readCounts } from '../../journal/books.ts';
import { beat, heartbeatEveryMs } from '../../journal/downtimes.ts';
import { listDays } from '../../journal/read.ts';
import { minuteMs, secondMs } from '../../lib/clock.ts';
import type { MachineClock } from '../machine-clock.ts';
import { forgetEarlierData } from '../upgrade.ts';

const flushEveryMs = secondMs;

const sweepEveryMs = 10 * minuteMs;

const clockEveryMs = 10 * secondMs;

/** Where reading costs money, as often as the closing function runs. */
const notifyEveryMs = { own: 5 * minuteMs, paid: 15 * minuteMs };

/** A full disk fails every flush: one line about it a minute is enough. */
const sayAgainAfterMs = minuteMs;

export type Duties = { stop(): Promise<void> };

/**
 * What a server does beside answering: writes the books, destroys salts in time, forgets old
 * sessions, sends reports, and where other servers may write too, counts the rows stored.
 */
export function startDuties(world: World, machineClock: MachineClock): Duties {
  const { home, clock, careful, log } = world;
  const { books, visitors } = world.collect;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let clockProblem: string | undefined;

  async function flush(): Promise<void> {
    try {
      await books.flush();
    } catch (error) {
      if (Math.abs(clock() - saidAtMs) < sayAgainAfterMs) return;
      saidAtMs = clock();
      log.warn({ err: error }, 'the counters could not be written; they are kept and tried again');
    }
  }

  async function sweep(): Promise<void> {
    try {
      visitors.forget(clock());
      await home.salts.destroyDue(careful.now());
      await sweepAccounts(world, careful.now());
      await forgetEarlierData(home, careful.now());
      if (home.countsStored === 'later') await settle();
    } catch (error) {
      log.error({ err: error }, 'sweeping failed; it is tried again in 10 minutes');
    }
  }

  /** Notes the time for the next start, and says what is wrong with the machine's clock. */
  async function lookAtClock(): Promise<void> {
    world.arrivals.setBacks(); // so that it notices a clock that is set back
    const problem = machineClock.problem();
    if (problem === undefined && clockProblem !== undefined) log.info('the clock is right again');
    else if (problem !== undefined && clockProblem === undefined) log.warn(problem);
    clockProblem = problem;
    await machineClock.remember().catch(() => {}); // a full disk is told of elsewhere
  }

  /** So that the next server knows how long none ran. */
  async function beatNow(): Promise<void> {
    if (home.writers === 'one') await beat(home, careful.now()).catch(() => {});
  }

  async function notify(): Promise<void> {
    try {
      await world.notify?.turn();
    } catch (error) {
      log.error({ err: error }, 'reports could not be sent; it is tried again in some minutes');
    }
  }

  /** Counts the rows that came, of all writers; one server at a time does. */
  async function settle(): Promise<void> {
    const untilMs = clock() + sweepEveryMs;
    for (const site of await world.sites.list()) await settleSite(home, site, clock, untilMs);
  }

  void sweep();
  void lookAtClock();
  const timers = [
    setInterval(flush, flushEveryMs),
    setInterval(sweep, sweepEveryMs),
    setInterval(lookAtClock, clockEveryMs),
    setInterval(beatNow, heartbeatEveryMs),
    setInterval(notify, home.metered ? notifyEveryMs.paid : notifyEveryMs.own),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await flush();
      await lookAtClock();
      await beatNow();
    },
  };
}

/** The counts of every site-day as they stand before the first hit of this process is taken. */
export async function snapshotCounts(world: World): Promise<readonly DayCount[]> {
  const counts: DayCount[] = [];
  for (const { id, domain } of await world.sites.list()) {
    for (const day of await listDays(world.home, id)) {
      counts.push({
        siteId: id,
        domain,
        day,
        stored: (await readCounts(world.home, id, day)).stored ?? 0,
      });
    }
  }
  return counts;
}

export type DayCount = {
  readonly siteId: string;
  readonly domain: string;
  readonly day: string;
  readonly stored: number;
};

/** Compares the snapshot with the rows received before `beforeMs`; runs beside the server. */
export async function balanceBooks(
  world: World,
  counts: readonly DayCount[],
  beforeMs: number,
): Promise<void> {
  for (const { siteId, domain, day, stored } of counts) {
    const { counted, rows } = await balanceDay(world.home, {
      ...{ siteId, day, counted: stored, beforeMs },
    });
    const balance = { site: domain, day, counted, rows };
    if (rows < counted)
      world.log.error(balance, 'the books do not balance: rows that were stored are missing');
    else if (rows > counted)
      world.log.info(balance, 'hits stored just before the last end were added to the books');
  }
}
