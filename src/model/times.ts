import { dayMs, hourMs, secondMs } from '../lib/clock.ts';

/** Closing one day takes seconds; what takes this long is stuck. */
export const computeTimeoutMs = 15 * 60_000;

/** A salt lives this long beyond its day, or beyond its making where that is later. */
export const saltLifeMs = 48 * hourMs;

/**
 * Hits of running days name the second from which DynamoDB may forget them: their day is closed
 * long before. Late ones never do: closing removes exactly those it has read. The table may have
 * its TTL switched on only where days are closed.
 */
export const hitLifeMs = 30 * dayMs;

/**
 * An append that takes longer is given up: the sender is told to come again, and a frozen day stays
 * frozen.
 */
export const appendTimeoutMs = 5_000;

/**
 * An append lives at most this long (`append.ts`); a row is visible by then or was never
 * acknowledged.
 */
export const appendMs = 5 * secondMs;

/**
 * Where others write too, their clocks and ours may each be 60 s off (a home takes nothing beyond
 * that).
 */
export const otherClocksMs = 2 * 60 * secondMs + 2 * appendMs;

/** Other writers' clocks may run behind: what a tail has seen is read again this far back. */
export const tailOverlapMs = 10_000;

/** A frozen day gets no more rows in its own partitions: this long after its end. */
export const freezeAfterMs = 15 * 60_000;
