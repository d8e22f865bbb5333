import { dayMs, minuteMs } from '../lib/clock.ts';

/** A sender's UUIDv7 says when the hit happened; believed this far back. */
const trustedPastMs = dayMs;

/** A sender's clock may run ahead this much; the hit is then of the moment it came. */
const trustedAheadMs = minuteMs;

/**
 * When a hit happened, in ms: the time in its id where that is a UUIDv7 (RFC 9562) of the last 24
 * hours, so that a retry lands on the same site-day; else when it was received.
 */
export function hitTime(id: string | undefined, receivedAtMs: number): number {
  const idMs = id === undefined ? undefined : uuidTime(id);
  if (
    idMs === undefined ||
    idMs > receivedAtMs + trustedAheadMs ||
    idMs < receivedAtMs - trustedPastMs
  ) {
    return receivedAtMs;
  }
  return Math.min(idMs, receivedAtMs);
}

function uuidTime(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
}
