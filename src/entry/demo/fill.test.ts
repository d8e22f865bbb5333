import { expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Site } from '../../account/site.ts';
import { readBooks } from '../../days/books.ts';
import { listDays, readDay } from '../../journal/read.ts';
import { dayBounds, zonesFrom } from '../../lib/site-days.ts';
import type { Hit } from '../../model/hit.ts';
import { type Filling, fillSite } from './fill.ts';
import { shop } from './shop.ts';

const untilMs = Date.parse('2026-11-22T12:00:00Z');
const site = { id: 'aaaaaaaaaaaa', domain: 'a.test', zones: zonesFrom('Europe/Berlin', 0) } as Site;

async function fill(
  more: Partial<Filling> = {},
  of = site,
): Promise<{ hits: Hit[]; days: string[]; stored: number }> {
  const home = openMemoryHome();
  const filled = await fillSite(home, of, {
    story: shop,
    days: 10,
    visitsADay: 40,
    seed: 1,
    untilMs,
    ...more,
  });
  const days = await listDays(home, site.id);
  const hits: Hit[] = [];
  for (const day of days) {
    for await (const { value } of readDay(home, site.id, day)) {
      const hit = JSON.parse(value) as Hit;
      expect(dayBounds(site.zones, hit.time).day).toBe(day);
      hits.push(hit);
    }
  }
  expect(hits).toHaveLength(filled);
  const stored = (await readBooks(home, site.id)).reduce((sum, day) => sum + day.stored, 0);
  return { hits, days, stored };
}

test('the same seed gives the same hits, another one others', async () => {
  const { hits } = await fill();
  expect((await fill()).hits).toEqual(hits);
  expect((await fill({ seed: 2 })).hits).not.toEqual(hits);
});

test('each day has its hits, in the books too, and none is of the future', async () => {
  const { hits, days, stored } = await fill();
  expect(days).toHaveLength(10);
  expect([days[0], days[9]]).toEqual(['2026-11-13', '2026-11-22']);
  expect(stored).toBe(hits.length);
  expect(hits.length).toBeGreaterThan(10 * 40 * 1.5);
  expect(hits.filter(({ time }) => time > untilMs)).toEqual([]);
  expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
});

test('an hour later, the same and more', async () => {
  const earlier = (await fill()).hits;
  const later = (await fill({ untilMs: untilMs + 3_600_000 })).hits;
  const known = new Map(later.map((hit) => [hit.id, hit]));
  expect(
    earlier.filter((hit) => JSON.stringify(known.get(hit.id)) !== JSON.stringify(hit)),
  ).toEqual([]);
  expect(later.length).toBeGreaterThan(earlier.length);
});

test('a site that keeps robots has some, beside the same visitors', async () => {
  const people = (hits: readonly Hit[]) => hits.filter(({ robot }) => robot === undefined);
  const { hits } = await fill();
  const withRobots = (await fill({}, { ...site, keepsRobots: true })).hits;
  expect(people(withRobots)).toEqual(hits);
  const robots = new Set(withRobots.map(({ robot }) => robot));
  expect(robots).toContain('Googlebot');
  expect(robots).toContain('GPTBot');
});
