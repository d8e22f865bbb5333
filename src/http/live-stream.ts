import type { Live } from '../report/looks/live.ts';

/** How streams are sent, where the home can. */
export type Streams = {
  /** At once, of this process. */
  readonly most: number;
  /** So often is looked whether something has changed. */
  readonly everyMs: number;
  /** Aborted when the server ends: streams would keep it from that. */
  readonly ending: AbortSignal;
};

/** Proxies and browsers take a connection for dead on which nothing comes for a minute. */
const beatMs = 15_000;

/** A reader that takes nothing for so long is left. */
const stuckMs = 60_000;

export type Streamed = {
  readonly first: Live;
  look(): Promise<Live>;
  /** Whether its reader may still see it. */
  mayLook(): Promise<boolean>;
  ended(): void;
};

/** Server-sent events: what is live, whenever it has changed. */
export function liveStream(
  { first, look, mayLook, ended }: Streamed,
  { everyMs, ending }: Omit<Streams, 'most'>,
): Response {
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let isOver = false;
      let said = comparable(first);
      let [silentMs, stuckForMs] = [0, 0];
      const send = (text: string) => {
        controller.enqueue(encoder.encode(text));
        silentMs = 0;
      };
      stop = () => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        ending.removeEventListener('abort', close);
        ended();
      };
      const close = () => {
        if (isOver) return;
        stop();
        controller.close();
      };
      const beat = async () => {
        silentMs += everyMs;
        stuckForMs = (controller.desiredSize ?? 0) > 0 ? 0 : stuckForMs + everyMs;
        if (stuckForMs >= stuckMs || !(await mayLook().catch(() => true))) return close();
        // What cannot be computed now is tried again with the next beat.
        const live = stuckForMs > 0 ? undefined : await look().catch(() => undefined);
        if (isOver) return;
        if (live !== undefined && comparable(live) !== said) {
          said = comparable(live);
          send(eventOf(live));
        } else if (silentMs >= beatMs) send(':\n\n');
        goOn();
      };
      const goOn = () => {
        timer = setTimeout(() => void beat().catch(close), everyMs);
        timer.unref();
      };
      send(`retry: ${everyMs}\n${eventOf(first)}`);
      ending.addEventListener('abort', close);
      if (ending.aborted) close();
      else goOn();
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: eventHeaders });
}

/** One event, for whoever does not read streams. */
export const liveEvent = (live: Live): Response =>
  new Response(eventOf(live), { headers: eventHeaders });

/** Nobody on the way keeps it back, or changes it. */
const eventHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

const eventOf = (live: Live) => `event: live\ndata: ${JSON.stringify(live)}\n\n`;

/** When it was looked at is no change. */
const comparable = ({ now: _, ...rest }: Live) => JSON.stringify(rest);
