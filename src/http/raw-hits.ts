import { journalHits, type PlacedHit, type RawRange } from '../days/journal-hits.ts';
import type { Hit } from '../model/hit.ts';
import type { Readable } from './access.ts';
import type { World } from './world.ts';

/** Of a page some hundred KB: from the report process it is one message. */
const pageHits = 1_000;

/**
 * A site's hits as they came, each once, by day, time received and id: of open and closed days
 * alike.
 */
export async function* rawHits(
  world: World,
  { site, role }: Readable,
  range: RawRange = {},
): AsyncGenerator<PlacedHit> {
  if (world.journalOnly) {
    yield* journalHits(world, site, range);
    return;
  }
  const { to, pageviews = false, limit = Number.POSITIVE_INFINITY } = range;
  const engine = await world.engine();
  let { after } = range;
  for (let left = limit; left > 0; ) {
    const query = { after, to, pageviews, limit: Math.min(left, pageHits) };
    const { hits, next } = await engine.hits(site, query, role);
    for (const { day, order, hit } of hits) yield { day, order, hit: JSON.parse(hit) as Hit };
    if (next === undefined) return;
    left -= hits.length;
    after = next;
  }
}

/**
 * The same items, the first of them there already: what fails by then is still answered with its
 * status.
 */
export async function begun<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* items;
  })();
}
