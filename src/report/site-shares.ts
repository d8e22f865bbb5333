import { DaybookError } from '../lib/errors.ts';

/** A question that runs; aborting `stop` interrupts it, and it starts again later. */
type Running = { stop?: AbortController | undefined };

type Share = {
  readonly running: Set<Running>;
  readonly waiting: (() => void)[];
  /** One that has stood back for long enough, and is not interrupted any more. */
  firm?: Running | undefined;
  /** Such a one has ended a short time ago: the next one waits as long again. */
  rests?: boolean;
};

export type Shares = {
  /**
   * Runs a site's question when it is its turn. `work` gets a signal that interrupts it, with
   * `reason`: then it is called again. Who has not begun for the last time after `maxWaitMs` is
   * told to ask again later.
   */
  run<T>(siteId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

/**
 * Sites share an engine: of one site at most two questions run at once, the others wait in order. A
 * site that has some waiting asks for more than its share: its questions stand back for those of
 * sites that do not. Where one of these comes, they are interrupted, and start again after it. That
 * has an end (`standBackMs`): then one of them at a time goes on, whoever asks.
 */
export function openShares(
  reason: unknown,
  { standBackMs = 15_000, maxWaitMs = 30_000, atOnce = 2 } = {},
): Shares {
  const shares = new Map<string, Share>();
  let wakers: (() => void)[] = [];

  const wake = () => {
    const all = wakers;
    wakers = [];
    for (const one of all) one();
  };

  const asksMuch = ({ waiting }: Share) => waiting.length > 0;

  /** Whether another site, which asks for no more than its share, has a question that runs. */
  const mustStandBack = (own: Share) =>
    asksMuch(own) &&
    [...shares.values()].some(
      (share) => share !== own && !asksMuch(share) && share.running.size > 0,
    );

  function interrupt({ running, firm }: Share): void {
    for (const one of running) if (one !== firm) one.stop?.abort(reason);
  }

  function interruptOthers(own: Share): void {
    for (const share of shares.values()) if (share !== own && asksMuch(share)) interrupt(share);
  }

  async function begin(siteId: string, one: Running, tooLate: AbortSignal): Promise<Share> {
    const share = shares.get(siteId) ?? { running: new Set(), waiting: [] };
    shares.set(siteId, share);
    if (share.running.size >= atOnce) {
      const turn = waitIn(share.waiting, tooLate);
      // From now on it asks for more than its share.
      if (mustStandBack(share)) interrupt(share);
      wake();
      await turn;
    }
    share.running.add(one);
    return share;
  }

  function end(siteId: string, share: Share, one: Running): void {
    share.running.delete(one);
    if (share.firm === one) {
      share.firm = undefined;
      share.rests = true;
      setTimeout(() => {
        share.rests = false;
        wake();
      }, standBackMs).unref();
    }
    share.waiting.shift()?.();
    if (share.running.size === 0 && share.waiting.length === 0) shares.delete(siteId);
    wake();
  }

  return {
    async run(siteId, work) {
      const one: Running = {};
      const tooLate = new AbortController();
      const giveUp = setTimeout(() => tooLate.abort(busy()), maxWaitMs);
      const share = await begin(siteId, one, tooLate.signal).catch((error: unknown) => {
        // One less may wait: others need not stand back for it.
        wake();
        throw error;
      });
      let hasStoodBack = false;
      const timer = setTimeout(() => {
        hasStoodBack = true;
        wake();
      }, standBackMs);
      try {
        for (;;) {
          while (mustStandBack(share) && share.firm !== one) {
            if (hasStoodBack && !share.firm && !share.rests) share.firm = one;
            else await waitIn(wakers, tooLate.signal);
          }
          if (!asksMuch(share)) interruptOthers(share);
          one.stop = new AbortController();
          try {
            return await work(one.stop.signal);
          } catch (error) {
            if (error !== reason) throw error;
            tooLate.signal.throwIfAborted();
          }
        }
      } finally {
        clearTimeout(timer);
        clearTimeout(giveUp);
        end(siteId, share, one);
      }
    },
  };
}

const busy = () =>
  new DaybookError(
    'unavailable',
    'many ask for reports of this site at the moment; ask again later',
  );

/** Resolves when it is called up. If `signal` is aborted before, it leaves, with its reason. */
function waitIn(line: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const callUp = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      line.splice(line.indexOf(callUp), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    line.push(callUp);
  });
}
