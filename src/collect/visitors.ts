import type { Salts } from '../home/home.ts';
import type { Random } from '../lib/random.ts';
import type { DayBounds } from '../lib/site-days.ts';
import { saltLifeMs } from '../model/times.ts';
import { visitorId } from './enrich/visitor.ts';

export type VisitorTraits = { readonly address: string; readonly userAgent: string };

export type Visitors = {
  /**
   * The visitor id of an address and user agent on a site-day: at once if the salt is known
   * already.
   */
  identify(
    siteId: string,
    bounds: DayBounds,
    traits: VisitorTraits,
    nowMs: number,
  ): string | Promise<string>;
  /** Forgets the salts whose life has ended. */
  forget(nowMs: number): void;
};

/** Keeps the salts in use in memory. The home makes and destroys them. */
export function openVisitors(salts: Salts, random: Random): Visitors {
  const known = new Map<string, { readonly salt: Buffer; readonly forgetAtMs: number }>();
  // Many hits come before the first salt of a day does: one of them asks for it.
  const asking = new Map<string, Promise<Buffer>>();

  function identify(
    siteId: string,
    bounds: DayBounds,
    { address, userAgent }: VisitorTraits,
    nowMs: number,
  ) {
    const key = `${siteId}/${bounds.day}`;
    const entry = known.get(key);
    if (entry !== undefined) return visitorId(entry.salt, address, userAgent);
    let asked = asking.get(key);
    if (asked === undefined) {
      asked = ask(siteId, bounds, nowMs).finally(() => asking.delete(key));
      asking.set(key, asked);
    }
    return asked.then((salt) => visitorId(salt, address, userAgent));
  }

  async function ask(siteId: string, bounds: DayBounds, nowMs: number): Promise<Buffer> {
    const destroyAtMs = Math.max(bounds.endMs, nowMs) + saltLifeMs;
    const salt = await salts.getOrKeep(siteId, bounds.day, () => ({
      salt: random(32),
      destroyAtMs,
    }));
    known.set(`${siteId}/${bounds.day}`, { salt, forgetAtMs: bounds.endMs + saltLifeMs });
    return salt;
  }

  function forget(nowMs: number): void {
    for (const [key, { salt, forgetAtMs }] of known) {
      if (forgetAtMs > nowMs) continue;
      salt.fill(0);
      known.delete(key);
    }
  }

  return { identify, forget };
}
