import type { Session } from '../duck/duck.ts';
import type { TimeLimit } from '../duck/failures.ts';
import { readErasures } from '../journal/erasures.ts';
import { inSeconds } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { type DaysSite, type HeldDays, heldDays, type Within } from './held-days.ts';
import { atOneMoment } from './one-moment.ts';
import type { Days } from './open-days.ts';
import { openSources } from './open-sources.ts';
import type { Opened, Wanted } from './wanted.ts';

/** What a caller wants of the days: which rows, and what it computes from them. */
export type Work<T> = {
  readonly scopes: readonly Wanted[];
  compute(session: Session, tables: Opened['tables'], opened: Opened): Promise<T>;
};

/**
 * Computes over the hits of a site's days, all as they are at one moment. `workOf` gets the days
 * that there are. Closed days without late rows are read from files. All others are mounted, with
 * every row that was acknowledged before the call. What was erased before the call is left out. If
 * the ledger changes meanwhile, everything starts again. Rejects with fault `unavailable` after
 * `timeoutMs`.
 */
export async function readDays<T>(
  days: Days,
  site: DaysSite,
  span: Within,
  workOf: (held: HeldDays) => Work<T>,
): Promise<T> {
  const { duck, monotonicMs, timeoutMs, reader } = days;
  const asker = { name: `${site.id} ${reader?.name}`, signal: reader?.signal };
  const endMs = monotonicMs() + timeoutMs;
  const left = (): TimeLimit => ({
    ...{ wholeMs: timeoutMs, leftMs: Math.max(1, endMs - monotonicMs()), of: reader?.limitOf },
  });
  const reading = readErasures(days.home, site.id);
  reading.catch(() => {}); // reported when it is awaited
  return atOneMoment(days, site.id, span, async (listed) => {
    const held = heldDays(listed, site, await reading, days.lost);
    const work = workOf(held);
    const opening = openSources(days, site, held, work.scopes);
    const sources = await inTime(opening, left()).catch((error: unknown) => {
      const rest = opening.then(
        (late) => 'release' in late && late.release(),
        () => {},
      );
      reader?.lingers?.(rest);
      throw error;
    });
    if ('changed' in sources) return sources;
    const { tables } = sources;
    try {
      const compute = (session: Session) => work.compute(session, tables, sources);
      return { result: await duck.read(compute, left(), asker) };
    } catch (error) {
      const again = error instanceof DaybookError ? undefined : await sources.recheck();
      if (again !== undefined) return again;
      throw error;
    } finally {
      sources.release();
    }
  });
}

function inTime<T>(work: Promise<T>, { wholeMs, leftMs, of = '' }: TimeLimit): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DaybookError(
          'unavailable',
          `the hits were not read within ${inSeconds(wholeMs)} s${of}; ` +
            'ask again, or for fewer days',
        ),
      );
    }, leftMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
