import { DaybookError } from '../lib/errors.ts';
import { openTurns } from '../lib/turns.ts';
import type { Asking, Engine, Reports } from './engine.ts';
import type { Standing } from './query/limits.ts';
import type { ReportSite } from './report.ts';
import { openShares } from './site-shares.ts';

export type TurnOptions = {
  /** So long a stranger's question stands back for the owner's; then it has its turn. */
  readonly standBackMs?: number;
  /** Strangers' questions that may wait at one site, and how long. */
  readonly maxWaiting?: number;
  readonly maxWaitMs?: number;
};

type Work<T> = (asking: Asking) => Promise<T>;

/** Why a question was interrupted: it is asked once more. */
const stoodBack = new DaybookError('unavailable', 'others asked meanwhile; ask again');

/**
 * An engine whose askers take turns. For the owner's questions sites share it (`site-shares.ts`).
 * Of strangers one question runs at a time; their sites take turns. It stands back for the owner's:
 * it waits until these are answered, and where one comes while it runs, it is interrupted and
 * starts again after it. That has an end, so that strangers get their answers too.
 */
export function inTurns(engine: Engine, options: TurnOptions = {}): Reports {
  const { standBackMs = 5_000, maxWaiting = 200, maxWaitMs = 20_000 } = options;
  const turns = openTurns(1);
  const shares = openShares(stoodBack);
  let ofOwner = 0;
  let interruptible: AbortController | undefined;
  let wake = () => {};

  async function asOwner<T>({ id }: ReportSite, work: Work<T>): Promise<T> {
    ofOwner++;
    interruptible?.abort(stoodBack);
    try {
      return await shares.run(id, (signal) => work({ role: 'owner', signal }));
    } finally {
      if (--ofOwner === 0) wake();
    }
  }

  /** At once, whoever asks. */
  async function asCollector<T>(work: () => Promise<T>): Promise<T> {
    ofOwner++;
    interruptible?.abort(stoodBack);
    try {
      return await work();
    } finally {
      if (--ofOwner === 0) wake();
    }
  }

  async function asStranger<T>(site: ReportSite, work: Work<T>): Promise<T> {
    const endTurn = await takeTurn(site);
    const lingering: Promise<unknown>[] = [];
    let standsBack = true;
    const timer = setTimeout(() => {
      standsBack = false;
      interruptible = undefined;
      wake();
    }, standBackMs);
    try {
      for (;;) {
        if (standsBack && ofOwner > 0) await new Promise<void>((resolve) => (wake = resolve));
        const stop = new AbortController();
        if (standsBack) interruptible = stop;
        const asking: Asking = {
          role: 'stranger',
          signal: stop.signal,
          lingers: (rest) => void lingering.push(rest),
        };
        try {
          return await work(asking);
        } catch (error) {
          if (error !== stoodBack) throw error;
        }
      }
    } finally {
      clearTimeout(timer);
      interruptible = undefined;
      // What still goes on takes the place of a question.
      void Promise.allSettled(lingering).then(endTurn);
    }
  }

  async function takeTurn({ id }: ReportSite): Promise<() => void> {
    const busy = new DaybookError(
      'unavailable',
      'many ask for reports of this site at the moment; ask again later, or with the owner key',
    );
    if (turns.waiting(id) >= maxWaiting) throw busy;
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(busy), maxWaitMs);
    return turns.take(id, tooLong.signal).finally(() => clearTimeout(timer));
  }

  const ask = <T>(role: Standing, site: ReportSite, work: Work<T>) =>
    role === 'owner' ? asOwner(site, work) : asStranger(site, work);

  return {
    query: (site, body, role) => ask(role, site, (asking) => engine.query(site, body, asking)),
    batch: (site, bodies, role) => ask(role, site, (asking) => engine.batch(site, bodies, asking)),
    sums: (site, bodies, role) => ask(role, site, (asking) => engine.sums(site, bodies, asking)),
    realtime: (site, role) => ask(role, site, (asking) => engine.realtime(site, asking)),
    look: (site, name, asked, role) =>
      ask(role, site, (asking) => engine.look(site, name, asked, asking)),
    hits: (site, query, role) => ask(role, site, (asking) => engine.hits(site, query, asking)),
    // Whoever sends hits waits for it.
    hitsAmong: (site, day, ids) => asCollector(() => engine.hitsAmong(site, day, ids)),
    close: engine.close,
  };
}
