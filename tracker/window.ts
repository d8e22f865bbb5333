import type { Call, Settings } from './page-tracker.ts';
import { quietly } from './quietly.ts';

/** A function of the page that hits are sent by: ours, or a stub that keeps calls until we come. */
type PageFunction = Call & {
  /** The calls that a stub has kept. */
  q?: ArrayLike<unknown>[];
  /** What a stub of Plausible's was given by `init`. */
  o?: Settings;
  init?: (settings?: Settings) => void;
  /** Plausible's own script has come. */
  l?: unknown;
};

/** What all our scripts of a page have in common. */
type Shared = {
  /** By where its hits are sent, and its domain. */
  readonly sites: Record<string, true>;
  readonly trackers: Call[];
  /** What was called before the scripts came. */
  readonly early: ArrayLike<unknown>[];
  readonly settings: Settings;
  readonly call: PageFunction;
};

const page = window as typeof window & {
  daybook?: PageFunction;
  plausible?: PageFunction;
  daybookV1?: Shared;
};

const call: PageFunction = (...args) => {
  for (const nth of shared.trackers.keys()) tell(nth, args);
};
call.init = (settings) => {
  Object.assign(shared.settings, settings);
};

page.daybookV1 ||= { sites: {}, trackers: [], early: [], settings: {}, call };
export const shared: Shared = page.daybookV1;

/** Passes a call on to a tracker. Only the first site's tracker calls back. */
export function tell(nth: number, args: ArrayLike<unknown>): void {
  const [name, options] = Array.from(args) as Parameters<Call>;
  shared.trackers[nth]!(name, nth ? { ...options, callback: undefined } : options);
}

/**
 * Puts our function in place of stubs, and makes the calls that they have kept. Plausible's own
 * function stays where it is.
 */
export function takeOver(): void {
  for (const name of ['daybook', 'plausible'] as const) {
    const present = page[name];
    if (present === shared.call) continue;
    if (name === 'plausible' && typeof present === 'function' && !isStub(present)) continue;
    page[name] = shared.call;
    shared.call.init!(present?.o);
    for (const args of Array.from(present?.q || [])) {
      quietly(shared.call as (...args: unknown[]) => void)(...Array.from(args));
      shared.early.push(args);
    }
  }
}

/** A stub that nobody has called yet has no `q`, but its text names it. */
function isStub(present: PageFunction): boolean {
  return !present.l && (!!present.q || /\.q\b/.test(String(present)));
}
