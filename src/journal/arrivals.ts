import type { Clock } from '../lib/clock.ts';

/**
 * The hits that have been given their `receivedAt` and are not durable yet. Where one process
 * writes, whatever was received before the earliest of them has been stored or refused: a tail need
 * not look there again.
 */
export type Arrivals = {
  /**
   * Stamps a hit: gives its `receivedAt` in ms, never before an earlier one's. To be ended,
   * whatever becomes of it.
   */
  begin(): number;
  end(receivedAtMs: number): void;
  /** Keeps a stamp that is under way from ending with its hit, until it is ended once more. */
  hold(receivedAtMs: number): void;
  /**
   * All hits received before this moment have been stored or refused; no further one will be
   * stamped earlier.
   */
  settledMs(): number;
};

export function openArrivals(clock: Clock): Arrivals {
  const underWay = new Map<number, number>();
  let latestMs = Number.NEGATIVE_INFINITY;

  /** A machine's clock may be set back; the order of what was received must not be. */
  function now(): number {
    latestMs = Math.max(latestMs, clock());
    return latestMs;
  }

  return {
    begin() {
      const receivedAtMs = now();
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
      // A map keeps its keys in order of their insertion, and the stamps never fall: the first is
      // the earliest. A stamp that ended and came again in the same millisecond is the latest
      // anyhow.
      const [earliestMs] = underWay.keys();
      return earliestMs ?? now();
    },
  };
}
