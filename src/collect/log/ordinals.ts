import { minuteMs } from '../../lib/clock.ts';

/**
 * A server writes a line when it has answered but may date it at the request: lines are this much
 * out of order.
 */
const disorderMs = 5 * minuteMs;

export type Ordinals = {
  /**
   * The ordinal of a line among those that differ from it at most in the client: the first is 0.
   * Lines of one source are all different requests. The nth line of a client in another source is
   * the same as its nth in the first, and gets no ordinal. So a line in two files (a copy, a copy
   * that has grown) counts once, and what two servers wrote of two clients counts twice.
   */
  of(
    line: { readonly key: string; readonly timeMs: number; readonly client: string },
    source: number,
  ): number | undefined;
  /** No source will give lines from before this moment any more, but for some disorder. */
  passed(timeMs: number): void;
};

type Minute = {
  /** By key: ordinals given. */
  readonly given: Map<string, number>;
  /**
   * By key and client, where there are several sources: how often in all, and in each source so
   * far.
   */
  readonly claims: Map<string, { times: number; readonly taken: Map<number, number> }>;
};

/** Keeps only what is needed of the last minutes: memory does not grow with the log. */
export function countOrdinals(sources: number): Ordinals {
  const minutes = new Map<number, Minute>();
  let swept = 0;

  function next({ given }: Minute, key: string): number {
    const ordinal = given.get(key) ?? 0;
    given.set(key, ordinal + 1);
    return ordinal;
  }

  return {
    of({ key, timeMs, client }, source) {
      const at = Math.floor(timeMs / minuteMs);
      let minute = minutes.get(at);
      if (minute === undefined) {
        minute = { given: new Map(), claims: new Map() };
        minutes.set(at, minute);
      }
      if (sources === 1) return next(minute, key);
      const claimKey = `${key} ${client}`;
      let claim = minute.claims.get(claimKey);
      if (claim === undefined) {
        claim = { times: 0, taken: new Map() };
        minute.claims.set(claimKey, claim);
      }
      const nth = claim.taken.get(source) ?? 0;
      claim.taken.set(source, nth + 1);
      if (nth < claim.times) return undefined;
      claim.times++;
      return next(minute, key);
    },
    passed(timeMs) {
      const keepFrom = Math.floor((timeMs - disorderMs) / minuteMs);
      if (keepFrom <= swept) return;
      swept = keepFrom;
      for (const at of minutes.keys()) if (at < keepFrom) minutes.delete(at);
    },
  };
}
