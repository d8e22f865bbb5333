import { type Clock, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';

/**
 * A day is closed a while after its end. If a clock were further off, hits could come after that.
 */
export const mostSkewMs = 60 * secondMs;

const askAgainMs = secondMs;

/**
 * Rejects if this machine's clock differs by over 60 s from the store's, as its answers say. While
 * it does, `ask` (any request) is repeated at most once a second, so that a corrected clock counts.
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
