import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { tailOverlapMs } from '../model/times.ts';

/**
 * The hits that have been given their `receivedAt` and are not durable yet. Where one process
 * writes, whatever was received before the earliest of them has been stored or refused: a tail need
 * not look there again.
 */
export type Arrivals = {
  /**
   * Stamps a hit: gives its `receivedAt` in ms, never before an earlier one's unless the clock was
   * set back. To be ended, whatever becomes of it. Throws fault `unavailable` while the machine has
   * no clock.
   */
  begin(): number;
  end(receivedAtMs: number): void;
  /** Keeps a stamp that is under way from ending with its hit, until it is ended once more. */
  hold(receivedAtMs: number): void;
  /**
   * All hits received before this moment have been stored or refused; no further one will be
   * stamped earlier, while `setBacks` stays the same.
   */
  settledMs(): number;
  /** How often the clock was set back: each time, what was read of days must be read again. */
  setBacks(): number;
};

/** What a reader of running days needs to know of those who write. */
export type Settled = {
  /** Where one process writes: `Arrivals.settledMs`. */
  readonly ms?: number;
  readonly setBacks: number;
};

/** Before `earliestMs` the machine has no clock: no hit is taken. */
export function openArrivals(clock: Clock, earliestMs = 0): Arrivals {
  const underWay = new Map<number, number>();
  let latestMs = Number.NEGATIVE_INFINITY;
  let setBacks = 0;

  /**
   * A clock that is set back by little is waited for: the order of what was received stays. One
   * that was wrong by more is followed.
   */
  function now(): number {
    const wallMs = clock();
    if (wallMs < latestMs - tailOverlapMs) {
      setBacks++;
      latestMs = wallMs;
    } else latestMs = Math.max(latestMs, wallMs);
    return latestMs;
  }

  return {
    begin() {
      const receivedAtMs = now();
      if (receivedAtMs < earliestMs)
        throw new DaybookError(
          'unavailable',
          "this machine's clock is not set; send the hit again later",
        );
      underWay.set(receivedAtMs, (underWay.get(receivedAtMs) ?? 0) + 1);
      return receivedAtMs;
    },
    hold(receivedAtMs) {
      underWay.set(receivedAtMs, (underWay.get(receivedAtMs) ?? 0) + 1);
    },
    end(receivedAtMs) {
      const others = (underWay.get(receivedAtMs) ?? 0) - 1;
      if (others > 0) underWay.set(receivedAtMs, others);
      else underWay.delete(receivedAtMs);
    },
    settledMs() {
      let ms = now();
      for (const receivedAtMs of underWay.keys()) ms = Math.min(ms, receivedAtMs);
      return ms;
    },
    setBacks: () => {
      now();
      return setBacks;
    },
  };
}
