import type { Chance, Weighted } from './chance.ts';
import { countries, entryPages, events, nextPages, origins, spike } from './story.ts';

/** A browser to visit with. */
export type Device = {
  readonly userAgent: string;
  readonly screenWidthPx: number;
};

export type Step = {
  /** After the visit's start. */
  readonly afterMs: number;
  /** `pageview`, `engagement` or an event's name. */
  readonly name: string;
  readonly page: string;
  readonly props?: Readonly<Record<string, string>>;
  readonly engagedMs?: number;
  readonly scrollDepth?: number;
};

export type Visit = {
  readonly device: Device;
  readonly country: string;
  readonly language: string;
  readonly referrer?: string;
  /** Of the first page's address, with its `?`. */
  readonly query?: string;
  readonly steps: readonly Step[];
};

/** One visit of somebody; `daysBack` as some things happened on one day. */
export function makeVisit(chance: Chance, devices: Weighted<Device>, daysBack: number): Visit {
  const [country, language] = chance.pick(countries);
  const spiking = daysBack === spike.daysBack && chance.happens(1 - 1 / spike.times);
  return {
    device: chance.pick(devices),
    country,
    language,
    ...(spiking ? spike.origin : chance.pick(origins)),
    steps: stepsOf(chance),
  };
}

function stepsOf(chance: Chance): Step[] {
  const views = chance.happens(0.44) ? 1 : 2 + Math.floor(chance.next() ** 2 * 6);
  const steps: Step[] = [];
  let afterMs = 0;
  let page = chance.pick(entryPages);
  for (let i = 0; i < views; i++) {
    steps.push({ afterMs, name: 'pageview', page });
    const stayMs = chance.between(3_000, 20_000) + chance.next() ** 3 * 240_000;
    const event = views > 1 ? chance.pick(events) : undefined;
    if (event !== undefined) steps.push({ afterMs: afterMs + stayMs / 2, page, ...event });
    // Not every browser gets to send its last word.
    if (chance.happens(0.6)) {
      const engagedMs = Math.round(stayMs * chance.between(0.4, 1));
      const scrollDepth = Math.round(chance.between(20, 100));
      steps.push({ afterMs: afterMs + stayMs, name: 'engagement', page, engagedMs, scrollDepth });
    }
    afterMs += stayMs + 50;
    let next = page;
    while (next === page) next = chance.pick(nextPages);
    page = next;
  }
  return steps.map((step) => ({ ...step, afterMs: Math.round(step.afterMs) }));
}
