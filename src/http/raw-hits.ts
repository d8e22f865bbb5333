import { journalHits, type PlacedHit, type RawRange } from '../days/journal-hits.ts';
import type { RawQuery } from '../days/raw-hits.ts';
import { DaybookError } from '../lib/errors.ts';
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
  { site, standing }: Readable,
  range: RawRange & Pick<RawQuery, 'fromMs' | 'toMs' | 'visitors' | 'filters'> = {},
): AsyncGenerator<PlacedHit> {
  if (world.journalOnly) {
    const { filters, fromMs, toMs, visitors } = range;
    if ([filters, fromMs, toMs, visitors].some((one) => one !== undefined))
      throw new DaybookError(
        'bad-input',
        'filters, visitors and moments are answered by the function that answers reports',
      );
    yield* journalHits(world, site, range);
    return;
  }
  const { limit = Number.POSITIVE_INFINITY, pageviews = false, ...which } = range;
  const engine = await world.engine();
  let { after } = range;
  for (let left = limit; left > 0; ) {
    const query = { ...which, pageviews, after, limit: Math.min(left, pageHits) };
    const { hits, next } = await engine.hits(site, query, standing);
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
