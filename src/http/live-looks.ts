import type { Site } from '../account/site.ts';
import type { Live } from '../report/looks/live.ts';
import type { World } from './world.ts';

/** A look is shown again to whoever asks within this time. */
const freshMs = 2_500;

/** What took long is not done again sooner than after so many times as long. */
const restsFor = 4;

type Kept = { readonly look: Promise<Live>; untilMs: number; readonly fromMs: number };

export type LiveLooks = (site: Site) => Promise<Live>;

const openLooks = new WeakMap<World, LiveLooks>();

/** What happens on sites now: computed once in a few seconds, however many look on. */
export function liveLooksOf(world: World): LiveLooks {
  const known = openLooks.get(world) ?? openLiveLooks(world);
  openLooks.set(world, known);
  return known;
}

function openLiveLooks({ clock, engine }: World): LiveLooks {
  const kept = new Map<string, Kept>();
  return (site) => {
    const nowMs = clock();
    for (const [id, one] of kept) if (nowMs >= one.untilMs || nowMs < one.fromMs) kept.delete(id);
    const known = kept.get(site.id);
    if (known !== undefined) return known.look;
    const look = engine().then((reports) => reports.look(site, 'live', undefined, 'owner'));
    // While it is computed, all wait for it.
    const own: Kept = { look, untilMs: Number.POSITIVE_INFINITY, fromMs: nowMs };
    kept.set(site.id, own);
    look.then(
      () => {
        own.untilMs = nowMs + Math.max(freshMs, restsFor * (clock() - nowMs));
      },
      () => kept.get(site.id) === own && kept.delete(site.id),
    );
    return look;
  };
}
