/**
 * What an engagement ping says: engaged ms since the last one, and how far down the page was seen,
 * in per cent.
 */
export type Ping = { readonly e: number; readonly sd: number };

/**
 * How long, and how far down, one view of a page was looked at. All times in ms, all lengths in px.
 */
export type Attention = {
  /** The page became visible and focused, or no longer is. */
  look(nowMs: number, looking: boolean): void;
  /** The lowest edge of the page that is in sight. */
  see(bottomPx: number): void;
  /**
   * A ping where there is something new to tell: seen further down, or engaged 3 s since the last
   * one.
   */
  take(nowMs: number, heightPx: number): Ping | undefined;
};

/**
 * Below this, time alone is no news; the threshold of Plausible's tracker, so that both tell the
 * same.
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
