import { boundedMap } from '../lib/bounded-map.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Asker } from './asker.ts';

/** Whom the API knows by more than an address may ask so many times as often. */
const timesKnown = 5;

const rememberedAskers = 20_000;

export type ApiTurns = {
  /** Throws `too-many` that says when to ask again. `address` is that of somebody unknown. */
  take(asker: Asker, address: () => string): void;
};

type Bucket = { readonly left: number; readonly atMs: number };

/**
 * How often the API may be asked: `aMinute` times from one address, five times as often by one key
 * or person, and by the owner key without a limit. What was not used is saved for a minute. It is
 * counted in this process alone.
 */
export function openApiTurns(aMinute: number, clock: Clock): ApiTurns {
  const buckets = boundedMap<string, Bucket>(rememberedAskers);
  return {
    take({ key, person, rights }, address) {
      const known = key?.id ?? person?.id;
      if (known === undefined && rights.all === 'owner') return;
      const most = known === undefined ? aMinute : aMinute * timesKnown;
      const name = known === undefined ? `address ${address()}` : `known ${known}`;
      const nowMs = clock();
      const { left, atMs } = buckets.get(name) ?? { left: most, atMs: nowMs };
      const grown = (Math.max(0, nowMs - atMs) * most) / minuteMs;
      const now = Math.min(most, left + grown);
      if (now < 1)
        throw new DaybookError('too-many', `expected at most ${most} requests a minute`, {
          retryAfterS: Math.ceil(((1 - now) * minuteMs) / most / 1_000),
        });
      buckets.set(name, { left: now - 1, atMs: nowMs });
    },
  };
}
