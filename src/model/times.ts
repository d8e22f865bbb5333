import { dayMs, hourMs, minuteMs, secondMs } from '../lib/clock.ts';

/**
 * The times that keep the parts safe from each other, from the shortest to the longest. Each
 * follows from those before it, and says why; `times.test.ts` holds what must be true of them.
 * Times that only tune (how often something is looked at, how long something is cached) stand where
 * they are used.
 */

/**
 * An append lives at most this long: the sender then tries again. So a row is visible by then, or
 * was never acknowledged.
 */
export const appendTimeoutMs = 5 * secondMs;

/** Other writers' clocks may run behind: what a tail has seen is read again this far back. */
export const tailOverlapMs = 2 * appendTimeoutMs;

/** A row whose append was given up may have been stored: a repetition of it is recognised. */
export const repeatedForMs = 2 * appendTimeoutMs;

/**
 * A clock may differ by this much from the store's; a home of many writers takes nothing beyond
 * that (`home/aws/store-clock.ts`). A sender's, or that of the server that wrote a log, may be
 * ahead of ours by as much.
 */
export const clockSkewMs = minuteMs;

/** Every row that was received longer ago than this is stored, or was never acknowledged. */
export const landedAfterMs = clockSkewMs + 6 * appendTimeoutMs;

/**
 * A hit's time is when it came, less its age, and each try takes its own way here: so much two
 * tries of it may differ, clocks of several servers included.
 */
export const triesDifferMs = 2 * clockSkewMs;

/**
 * Where other processes write too, their clocks and ours may each differ from the store's, and an
 * append takes its time on both.
 */
export const otherClocksMs = 2 * clockSkewMs + 2 * appendTimeoutMs;

/** A server of one data folder says this often that it still runs. */
export const renewLeaseMs = 2 * appendTimeoutMs;

/**
 * Another machine's lease that was not renewed for this long is free: that server has ended, or its
 * machine has.
 */
export const leaseLapsesMs = 3 * renewLeaseMs;

/** This long after its end a day is frozen: its own partitions get no more rows. */
export const freezeAfterMs = 15 * minuteMs;

/** An earlier try of a hit is looked for so long before the time that the hit says. */
export const earlierTryMs = freezeAfterMs;

/** Closing one day takes seconds. What takes this long is stuck. */
export const computeTimeoutMs = 15 * minuteMs;

/**
 * A closing pass ends its work by the time it was given; others do its work so much later, if it
 * died. On AWS that is longer than what a function has left then (`entry/lambda/close.ts`). A day
 * that takes longer still may be closed by two at once, which is safe.
 */
export const passLeaseMs = 5 * minuteMs;

/** A pass of settling books takes less: then another process may do it. */
export const settleLeaseMs = computeTimeoutMs;

/** Longer than any reader takes from its manifest to its last file. */
export const readersTakeMs = 4 * computeTimeoutMs;

/** A row that was received so long after the present was there before: a clock was ahead. */
export const clockWasAheadMs = hourMs;

/** A hit is at most this old when it comes. */
export const hitAgeMs = 24 * hourMs;

/**
 * Longer than any closing takes from its first file to its manifest, and any reader from its
 * manifest to its last file: a file that no manifest names is then nobody's.
 */
export const unnamedFilesStayMs = 24 * readersTakeMs;

/**
 * What an owner removes is out of every report at once, and is destroyed so much later: until then
 * it can be taken back.
 */
export const takeBackMs = 24 * hourMs;

/**
 * Nothing is taken back in the last minutes: another server's clock may be ahead, and it destroys.
 */
export const lastTakenBackMs = (destroyMs: number) => destroyMs - otherClocksMs;

/** What a removed site's own servers still write is removed once more, so long after the rest. */
export const removedSiteStaysMs = 24 * hourMs;

/** Where rows stay beside the ledger, they are counted once more, so long after their closing. */
export const recountAfterMs = hitAgeMs;

/** Retries come for as long as a hit may be old: from then on a day's rows are all there. */
export const daysCompleteAfterMs = hitAgeMs + 2 * hourMs;

/** A salt lives this long after its day ended, or after it was made if that is later. */
export const saltLifeMs = 2 * hitAgeMs;

/** The first try of a hit may be as old as a hit may be, or a day older: its claim is kept. */
export const claimLifeMs = 3 * hitAgeMs;

/** A store may take so long to remove a row that has expired (`rowsExpireAfterMs` of a home). */
export const expiredRowsGoMs = 10 * dayMs;

/** A site that got another domain is still meant by the old one for so long. */
export const renamedSiteMs = 72 * hourMs;
