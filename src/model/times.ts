import { dayMs, hourMs, minuteMs, secondMs } from '../lib/clock.ts';

/**
 * The times that keep the parts safe from each other, from the shortest to the longest. Each
 * follows from those before it.
 */

/**
 * An append lives at most this long: the sender then tries again. So a row is visible by then, or
 * was never acknowledged.
 */
export const appendTimeoutMs = 5 * secondMs;

/** Other writers' clocks may run behind: what a tail has seen is read again this far back. */
export const tailOverlapMs = 10 * secondMs;

/** The clock of a sender, or of the server that wrote a log, may be ahead of ours by this much. */
export const aheadMs = minuteMs;

/**
 * Where other processes write too, their clocks and ours may each differ by 60 s from the store's
 * (a home takes nothing beyond that), and an append takes its time on both.
 */
export const otherClocksMs = 2 * minuteMs + 2 * appendTimeoutMs;

/** This long after its end a day is frozen: its own partitions get no more rows. */
export const freezeAfterMs = 15 * minuteMs;

/**
 * What an owner removes is out of every report at once, and is destroyed so much later: until then
 * it can be taken back.
 */
export const takeBackMs = 24 * hourMs;

/**
 * Nothing is taken back in the last minutes: another server's clock may be ahead, and it destroys.
 */
export const lastTakenBackMs = (destroyMs: number) => destroyMs - otherClocksMs;

/** Closing one day takes seconds. What takes this long is stuck. */
export const computeTimeoutMs = 15 * minuteMs;

/** A salt lives this long after its day ended, or after it was made if that is later. */
export const saltLifeMs = 48 * hourMs;

/**
 * Hits of running days name the second from which DynamoDB may delete them: their day is closed
 * long before. Late hits have no such time, because closing removes exactly those that it has read.
 * The table may have its TTL on only where days are closed.
 */
export const hitLifeMs = 30 * dayMs;
