import { base } from '../api/base.ts';
import { ApiError, api } from '../api/client.ts';
import type { Live } from '../api/types.ts';

/**
 * How it goes: `waiting` for the first answer, `live`, `lost` (what is shown is from before, and it
 * is tried again), or `missing`: there is no such site.
 */
export type LiveState = 'waiting' | 'live' | 'lost' | 'missing';

type Told = {
  onLive(live: Live): void;
  onState(state: LiveState): void;
  /** Nobody is signed in any more. */
  onSignedOut(): void;
};

/** Without a stream it is asked this often. */
const pollMs = 5_000;

/** A stream begins with an event. One that has none by then is held back on the way. */
const firstEventMs = 5_000;

/**
 * Follows what happens on a site, while the page is visible: by server-sent events, and where there
 * are none, or none that come through, by asking again and again. Gives a function that ends it.
 */
export function followLive(site: string, told: Told): () => void {
  let stopNow = () => {};
  let hasStreams = true;

  function byStream(): () => void {
    const source = new EventSource(base + api.liveStreamPath(site));
    const ask = () => {
      hasStreams = false;
      stopNow();
      stopNow = byAsking();
    };
    const late = setTimeout(ask, firstEventMs);
    source.addEventListener('live', (event) => {
      clearTimeout(late);
      told.onLive(JSON.parse((event as MessageEvent<string>).data) as Live);
      told.onState('live');
    });
    source.addEventListener('error', () => {
      told.onState('lost');
      // The browser connects again by itself, unless it was refused.
      if (source.readyState === EventSource.CLOSED) ask();
    });
    return () => {
      clearTimeout(late);
      source.close();
    };
  }

  function byAsking(): () => void {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        told.onLive(await api.liveSite(site, stop.signal));
        told.onState('live');
      } catch (error) {
        if (stop.signal.aborted) return;
        const status = error instanceof ApiError ? error.status : 0;
        if (status === 401) return told.onSignedOut();
        told.onState(status === 404 ? 'missing' : 'lost');
        if (status === 404) return;
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void ask(), pollMs);
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  function look(): void {
    stopNow();
    const isSeen = document.visibilityState === 'visible';
    stopNow = isSeen ? (hasStreams ? byStream() : byAsking()) : () => {};
  }

  const lose = () => told.onState('lost');
  document.addEventListener('visibilitychange', look);
  addEventListener('offline', lose);
  addEventListener('online', look);
  look();
  return () => {
    stopNow();
    document.removeEventListener('visibilitychange', look);
    removeEventListener('offline', lose);
    removeEventListener('online', look);
  };
}
