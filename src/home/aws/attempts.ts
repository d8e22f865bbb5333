import { randomInt } from 'node:crypto';
import { DaybookError } from '../../lib/errors.ts';
import { type Asked, explain, type Verdict, verdictOf } from './failures.ts';

/** How long one request may take, and all attempts at it together. */
export type Patience = { readonly attemptMs: number; readonly totalMs: number };

/** An append must be over within 5 s: below that, so that the store's own reason is said. */
export const rowsPatience: Patience = { attemptMs: 2_000, totalMs: 4_700 };

/** Files are large, and nobody waits for an acknowledgement. */
export const filesPatience: Patience = { attemptMs: 60_000, totalMs: 120_000 };

const firstPauseMs = 25;

const longestPauseMs = 1_000;

/**
 * Tries until it succeeds, is refused, or time is over. Rejects with a `DaybookError` that names
 * the store and what is wrong. `onFailure` hears of every failed attempt; what it throws ends the
 * trying.
 */
export async function persist<T>(
  asked: Asked,
  { attemptMs, totalMs }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
  onFailure: (error: unknown, verdict: Verdict) => void | Promise<void> = () => {},
): Promise<T> {
  const endMs = performance.now() + totalMs;
  let reason: unknown;
  for (let failures = 0; ; ) {
    const ms = Math.min(attemptMs, endMs - performance.now());
    try {
      return await within(ms, work);
    } catch (error) {
      if (error instanceof DaybookError) throw error;
      // Why earlier attempts failed says more than that the last one had too little time left.
      if (reason === undefined || !(error instanceof NoAnswer && ms < attemptMs)) reason = error;
      const verdict = verdictOf(error);
      await onFailure(error, verdict);
      if (verdict === 'refused') throw explain(error, asked);
      const pauseMs = pauseBefore(++failures);
      if (performance.now() + pauseMs >= endMs) throw explain(reason, asked);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/**
 * Twice as long each time, and by chance somewhere below, so that writers who failed together do
 * not meet again.
 */
function pauseBefore(attempt: number): number {
  return randomInt(Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)) + 1;
}

class NoAnswer extends Error {}

/** Ends an attempt whose answer does not come, or stops in the middle. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new NoAnswer(`no answer within ${Math.round(ms)} ms`));
        controller.abort();
      },
      Math.max(1, ms),
    );
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
