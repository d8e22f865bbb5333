import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { keepErasure } from '../journal/erasures.ts';
import type { Place } from '../journal/keys.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type Engine, openEngine } from '../report/engine.ts';

const site = {
  ...{ id: 'rawhits00000', domain: 'example.com', zones: zonesFrom('UTC', 0) },
};
const startMs = Date.parse('2026-11-20T00:00:00Z');
const nowMs = startMs + 2 * dayMs;
/** So many at once that what is read beyond them is kept for the next page. */
const limit = 500;
const hitsADay = 800;

let home: Home;
let engine: Engine;

beforeEach(async () => {
  home = openMemoryHome();
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });
  for (const dayStartMs of [startMs, startMs + dayMs]) {
    const hits = Array.from({ length: hitsADay }, (_, i) =>
      hitOf({ time: dayStartMs + i, page: i % 2 === 0 ? '/kept' : '/erased' }),
    );
    await appendHits(home, site, hits);
  }
});
afterEach(() => engine.close());

type Raw = { readonly time: number; readonly page: string };

/** The hits from a place on, page after page. */
async function readAll(of: Parameters<Engine['hits']>[0], after?: Place): Promise<Raw[]> {
  const all: Raw[] = [];
  for (let place = after; ; ) {
    const { hits, next } = await engine.hits(of, { after: place, limit });
    all.push(...hits.map(({ hit }) => JSON.parse(hit) as Raw));
    if (next === undefined) return all;
    place = next;
  }
}

test('page after page, each hit comes once, in order', async () => {
  const times = (await readAll(site)).map(({ time }) => time);
  expect(times).toHaveLength(2 * hitsADay);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test('what is erased between two pages is not in the next one', async () => {
  const { hits, next } = await engine.hits(site, { limit });
  expect(hits).toHaveLength(limit);
  const erasure = { madeMs: nowMs, destroyMs: nowMs + hourMs, pages: ['/erased'] };
  await keepErasure(home, site.id, erasure, 'id');
  const rest = await readAll(site, next);
  expect(new Set(rest.map(({ page }) => page))).toEqual(new Set(['/kept']));
  expect(rest).toHaveLength((2 * hitsADay - limit) / 2);
});

test('a page that was kept is only for who asks the same', async () => {
  const { next } = await engine.hits(site, { limit });
  const asked = { after: next, limit };
  expect((await engine.hits({ ...site, id: 'other0000000' }, asked)).hits).toEqual([]);
  const { hits } = await engine.hits(site, { ...asked, to: '2026-11-20' });
  expect(new Set(hits.map(({ day }) => day))).toEqual(new Set(['2026-11-20']));
});
