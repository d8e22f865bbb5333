import { type Clock, dayMs, hourMs, minuteMs, secondMs } from './clock.ts';

/**
 * Time for what cannot be taken back: days are closed, pruned and destroyed by it. A machine's
 * clock may be wrong for a while: before it has asked a time server, or because somebody set it.
 * This one is never ahead of it, and does not follow when it is set forward, until the new time has
 * held long enough.
 */
export type CarefulClock = {
  readonly now: Clock;
  /** Whether the machine has a clock: one that starts in 1970 has none yet. */
  isSet(): boolean;
  /** What is wrong with the machine's clock, if it is not followed; for health, log and owner. */
  problem(): string | undefined;
  /** What the next process needs to know; undefined while there is nothing sure to be kept. */
  known(): KnownClock | undefined;
};

/** What a process has found out about the machine's clock, for those after it. */
export type KnownClock = {
  /** The latest time that was believed, in ms. */
  readonly atMs: number;
  /** When the machine started, by the clock that was believed. */
  readonly startedMs: number;
  /** A clock that is not believed yet, and since when it has held, in ms of uptime. */
  readonly pending?: Pending;
};

type Pending = { readonly startedMs: number; readonly sinceUptimeMs: number };

export type ClockSource = {
  readonly clock: Clock;
  /** Milliseconds since the machine started; nobody can set it. */
  readonly uptimeMs: Clock;
  /** No clock is right that is before this. */
  readonly earliestMs?: number;
  /** From the process before. */
  readonly known?: KnownClock | undefined;
  /**
   * After a start of the machine a clock is believed at once that is ahead of what is known by so
   * much.
   */
  readonly atOnceMs?: number;
};

/** Clocks drift, and are corrected by little. */
const driftMs = minuteMs;

/** A wrong clock is corrected within minutes, as a rule, where there is a time server. */
const holdsForMs = hourMs;

/** A clock that is far ahead would prune and destroy much. */
const farMs = 2 * dayMs;

const farHoldsForMs = dayMs;

/** Looks at the clock at each call: calls should be some minutes apart at the most. */
export function openCarefulClock(source: ClockSource): CarefulClock {
  const { clock, uptimeMs, earliestMs = 0, known, atOnceMs = hourMs } = source;
  // When the machine started, by the clock that is believed: this plus the uptime is the time.
  let believedMs: number | undefined;
  let pending = known?.pending;

  function look(): { wallMs: number; carefulMs: number } {
    const [wallMs, upMs] = [clock(), uptimeMs()];
    const startedMs = wallMs - upMs;
    if (believedMs === undefined && wallMs >= earliestMs) believedMs = firstBelieved(wallMs, upMs);
    if (believedMs === undefined) return { wallMs, carefulMs: wallMs };
    const aheadMs = startedMs - believedMs;
    if (Math.abs(aheadMs) <= driftMs) {
      believedMs = startedMs;
      pending = undefined;
    } else if (wallMs >= earliestMs) {
      if (pending === undefined || !isSame(pending, startedMs, upMs))
        pending = { startedMs, sinceUptimeMs: upMs };
      // It drifts, too.
      else pending = { ...pending, startedMs };
      if (upMs - pending.sinceUptimeMs >= waitMs(aheadMs)) {
        believedMs = startedMs;
        pending = undefined;
      }
    }
    return { wallMs, carefulMs: Math.min(wallMs, believedMs + upMs) };
  }

  function firstBelieved(wallMs: number, upMs: number): number {
    const startedMs = wallMs - upMs;
    if (known === undefined) return startedMs;
    const hasRestarted = !(upMs >= known.atMs - known.startedMs);
    if (!hasRestarted) return known.startedMs;
    const isNear = wallMs >= known.atMs - driftMs && wallMs <= known.atMs + atOnceMs;
    return isNear ? startedMs : known.atMs - upMs;
  }

  return {
    now: () => look().carefulMs,
    isSet: () => clock() >= earliestMs,
    problem() {
      const { wallMs } = look();
      const time = new Date(wallMs).toISOString();
      if (wallMs < earliestMs)
        return `this machine's clock says ${time}, which is before this release: set it right`;
      if (believedMs === undefined || pending === undefined) return undefined;
      const upMs = uptimeMs();
      const aheadMs = wallMs - upMs - believedMs;
      const side = aheadMs > 0 ? 'ahead of' : 'behind';
      const expected = new Date(believedMs + upMs).toISOString();
      const told = `this machine's clock says ${time}, ${spanText(Math.abs(aheadMs))} ${side} `;
      const from = new Date(wallMs + waitMs(aheadMs) - (upMs - pending.sinceUptimeMs));
      return aheadMs > 0
        ? `${told}what was expected (${expected}): nothing is closed, pruned or destroyed by it ` +
            `until it has held to ${from.toISOString()}`
        : `${told}what was expected (${expected})`;
    },
    known() {
      const { carefulMs } = look();
      if (believedMs === undefined || carefulMs < earliestMs) return undefined;
      const atMs = believedMs + uptimeMs();
      return { atMs, startedMs: believedMs, ...(pending !== undefined && { pending }) };
    },
  };
}

/** Of one start of the machine: its uptime has gone on. */
const isSame = (pending: Pending, startedMs: number, upMs: number) =>
  Math.abs(pending.startedMs - startedMs) <= driftMs && pending.sinceUptimeMs <= upMs;

const waitMs = (aheadMs: number) => (aheadMs > farMs ? farHoldsForMs : holdsForMs);

function spanText(ms: number): string {
  const units = [
    [dayMs, 'days'],
    [hourMs, 'hours'],
    [minuteMs, 'minutes'],
  ] as const;
  const [unitMs, name] = units.find(([unit]) => ms >= 2 * unit) ?? [secondMs, 'seconds'];
  return `${Math.round(ms / unitMs)} ${name}`;
}
