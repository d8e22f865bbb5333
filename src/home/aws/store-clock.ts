import { type Clock, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';

/**
 * A day is closed a while after its end: by whoever's clock is further off, hits would slip in
 * behind that.
 */
const mostSkewMs = 60 * secondMs;

const askAgainMs = secondMs;

/**
 * Rejects where this machine's clock is over 60 s from the store's, as its answers say. While it
 * is, `ask` (any request) is made anew, at most once a second, so that a clock put right counts.
 */
export function openStoreClock(
  skewMs: () => number | undefined,
  ask: () => Promise<unknown>,
  clock: Clock,
): () => Promise<void> {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  const isOff = () => Math.abs(skewMs() ?? 0) > mostSkewMs;
  return async () => {
    if (!isOff()) return;
    if (Math.abs(clock() - askedAtMs) >= askAgainMs) {
      askedAtMs = clock();
      await ask();
    }
    if (!isOff()) return;
    const seconds = Math.round(Math.abs(skewMs()!) / secondMs);
    const side = skewMs()! > 0 ? 'behind' : 'ahead of';
    throw new DaybookError(
      'unavailable',
      `this machine's clock is ${seconds} s ${side} the store's: expected 60 s at the most; ` +
        `nothing is taken until it is set`,
    );
  };
}
