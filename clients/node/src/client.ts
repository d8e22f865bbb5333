import { type Counts, type Loss, type LossReason, lossReasons } from './counts.ts';
import { type Event, textOf } from './event.ts';
import { onExit } from './exit.ts';
import { byteLength, openQueue } from './queue.ts';
import { type Outcome, type Result, send } from './sending.ts';

export type Options = {
  /** Where Daybook is, such as `https://stats.example.com`. */
  readonly url: string;
  /** One that may write (`daybook key new --scope write`). */
  readonly key: string;
  /** The site of events that name none; absent: the host of their URL. */
  readonly domain?: string | undefined;
  /** Events that may wait; further ones are lost, and counted. */
  readonly maxWaiting?: number;
  /** Events in one request, at most 1,000. */
  readonly batchSize?: number;
  /** So long events are gathered before they are sent. */
  readonly gatherMs?: number;
  /** So long Daybook may take to answer. */
  readonly timeoutMs?: number;
  /** Between two tries of what was not taken, at first; each next pause is twice as long. */
  readonly retryMs?: number;
  /** What is left when the process ends is sent within so long; 0: it is not. */
  readonly exitMs?: number;
  /** Called where events are lost. */
  readonly onLoss?: (loss: Loss) => void;
  /** Called for an event that Daybook found invalid, with what was expected of which field. */
  readonly onInvalid?: (field: string, expected: string) => void;
  /** In place of `globalThis.fetch`. */
  readonly fetch?: typeof fetch;
};

export type Client = {
  /** Takes an event to be sent later. Waits for nothing and never throws. */
  track(event: Event): void;
  /** Resolves when all that was tracked until now is sent or lost, or after so long. */
  flush(withinMs?: number): Promise<void>;
  /** The same; what is left then is lost, and so is all that is tracked later. */
  close(withinMs?: number): Promise<Counts>;
  counts(): Counts;
};

const maxEventBytes = 16_384;

/** Proxies take a request of a megabyte, as a rule. */
const maxBatchBytes = 512 * 1_024;

const maxWaitingChars = 16 * 1_024 ** 2;

const longestPauseMs = 60_000;

/** A `Retry-After` beyond this is a mistake of somebody's. */
const longestAskedMs = 15 * 60_000;

/**
 * Sends events in batches, one request at a time, in order. What was not taken is sent again with
 * the same ids and times, so that it counts once. Nothing is kept beyond the process.
 */
export function createClient(options: Options): Client {
  const { url, key, domain, maxWaiting = 10_000, batchSize = 500, gatherMs = 500 } = options;
  const {
    retryMs = 500,
    timeoutMs = 10_000,
    exitMs = 3_000,
    fetch: fetchIt = globalThis.fetch,
  } = options;
  const target = { url: url.replace(/\/+$/, ''), key, timeoutMs, fetch: fetchIt };
  const queue = openQueue(maxWaiting, maxWaitingChars);
  const lost = Object.fromEntries(lossReasons.map((reason) => [reason, 0])) as Record<
    LossReason,
    number
  >;
  const tally = { tracked: 0, accepted: 0, dropped: 0, invalid: 0 };
  const ending = new AbortController();
  let batchBytes = maxBatchBytes;
  let running: Promise<void> | undefined;
  let ended = false;
  /** Ends a pause before its time. */
  let hurry = () => {};
  let isHurried = false;

  function track(event: Event): void {
    tally.tracked++;
    let text: string | undefined;
    try {
      text = textOf(event, domain, Date.now());
    } catch (error) {
      lose('broken', 1, String(error));
    }
    if (text === undefined) return;
    if (byteLength(text) > maxEventBytes) lose('too-large', 1);
    else if (ended) lose('ended', 1);
    else if (!queue.add(text)) lose('full', 1);
    else start();
  }

  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      // Tracked after the last look.
      if (queue.size() > 0 && !ended) start();
    });
  }

  async function run(): Promise<void> {
    await pause(gatherMs);
    let ownMs = retryMs;
    while (queue.size() > 0 && !ended) {
      const texts = queue.first(Math.min(batchSize, 1_000), batchBytes);
      const outcome = await send(target, texts, ending.signal);
      if (ended) return;
      if (outcome.kind === 'again') {
        await pause(Math.max(askedMs(outcome), ownMs * someChance()), true);
        ownMs = Math.min(longestPauseMs, 2 * ownMs);
      } else {
        settle(texts, outcome);
        ownMs = retryMs;
      }
    }
  }

  function settle(
    texts: readonly string[],
    outcome: Exclude<Outcome, { readonly kind: 'again' }>,
  ): void {
    if (outcome.kind === 'too-large' && texts.length > 1) {
      // A proxy takes less.
      batchBytes = byteLength(texts.join()) / 2;
      return;
    }
    queue.remove(texts.length);
    if (outcome.kind === 'taken') note(outcome.results);
    else lose('refused', texts.length, outcome.message);
  }

  function note(results: readonly Result[]): void {
    for (const { status, field = 'event', expected = '' } of results) {
      tally[status]++;
      if (status === 'invalid') call(() => options.onInvalid?.(field, expected));
    }
  }

  function lose(reason: LossReason, count: number, message?: string): void {
    if (count === 0) return;
    lost[reason] += count;
    call(() => options.onLoss?.({ reason, count, message }));
  }

  /** A pause keeps no process alive. One before another try is never shorter than was asked. */
  function pause(ms: number, isAsked = false): Promise<void> {
    if (!isAsked && isHurried) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms) as { unref?: () => void };
      timer.unref?.();
      hurry = () => {
        if (isAsked && !ended) return;
        clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
        resolve();
      };
    });
  }

  async function flush(withinMs = timeoutMs): Promise<void> {
    isHurried = true;
    hurry();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // This timer keeps the process alive: somebody waits.
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    const done = (async () => {
      while (running !== undefined) await running;
    })();
    await Promise.race([done, late]);
    clearTimeout(timer);
    isHurried = false;
  }

  async function close(withinMs = timeoutMs): Promise<Counts> {
    if (ended) return counts();
    await flush(withinMs);
    ended = true;
    ending.abort();
    hurry();
    forget();
    const left = queue.size();
    queue.remove(left);
    lose('ended', left);
    return counts();
  }

  const counts = (): Counts => ({ ...tally, waiting: queue.size(), lost: { ...lost } });

  const forget = exitMs > 0 ? onExit(() => close(exitMs)) : () => {};
  return { track, flush, close, counts };
}

const askedMs = ({ afterMs = 0 }: { readonly afterMs: number | undefined }) =>
  Math.min(afterMs, longestAskedMs);

/** So that many clients do not come back at the same moment. */
const someChance = () => 0.5 + Math.random() / 2;

/** What the owner's code throws is not the page's concern. */
function call(run: () => void): void {
  try {
    run();
  } catch {}
}
