/**
 * The content of an engagement ping: engaged time in ms since the last one, and how far down the
 * page was seen, in per cent.
 */
export type Ping = { readonly e: number; readonly sd: number };

/**
 * Measures for how long and how far down one view of a page was looked at. Times are in ms, lengths
 * in px.
 */
export type Attention = {
  /** Called when the page becomes visible and focused, and when it no longer is. */
  look(nowMs: number, looking: boolean): void;
  /** Called with the lower edge of the visible part of the page. */
  see(bottomPx: number): void;
  /**
   * Gives a ping where something is new: seen further down, or engaged for 3 s since the last ping.
   */
  take(nowMs: number, heightPx: number): Ping | undefined;
};

/**
 * Less engaged time than this is not sent on its own. It is the threshold of Plausible's tracker,
 * so that both report the same times.
 */
const newsMs = 3_000;

export function payAttention(): Attention {
  let engagedMs = 0;
  let sinceMs = 0;
  let seenPx = 0;
  let toldPx = 0;

  const look = (nowMs: number, looking: boolean) => {
    if (sinceMs) engagedMs += Math.max(0, nowMs - sinceMs);
    sinceMs = looking ? nowMs : 0;
  };

  return {
    look,
    see(bottomPx) {
      seenPx = Math.max(seenPx, bottomPx);
    },
    take(nowMs, heightPx) {
      look(nowMs, !!sinceMs);
      if (seenPx <= toldPx && engagedMs < newsMs) return;
      const ping = {
        e: Math.round(engagedMs),
        sd: Math.min(100, Math.round((100 * seenPx) / heightPx)),
      };
      toldPx = seenPx;
      engagedMs = 0;
      return ping;
    },
  };
}
