import { expect } from 'vitest';
import type { RealApp } from './real-app.ts';

type Row = { readonly dimensions: readonly string[]; readonly metrics: readonly (number | null)[] };

/**
 * Visitors, visits, pageviews and events of each day and page, by a key such as `2026-11-22 /a`.
 */
export async function byDayAndPage(app: RealApp, site: string, from: string, to: string) {
  const query = {
    ...{ site_id: site, date_range: [from, to], dimensions: ['time:day', 'event:page'] },
    metrics: ['visitors', 'visits', 'pageviews', 'events'],
    order_by: [
      ['time:day', 'asc'],
      ['event:page', 'asc'],
    ],
  };
  const answer = await app.post('/api/v2/query', query, { key: app.key });
  const { results } = (await answer.json()) as { results: Row[] };
  return Object.fromEntries(
    results.map(({ dimensions, metrics }) => [dimensions.join(' '), metrics]),
  );
}

/**
 * All that a user can see of a site: reports of whole days, of hours and of pages; and raw hits.
 */
export async function allShown(
  app: RealApp,
  site: string,
  from: string,
  to: string,
): Promise<unknown[]> {
  const range = { site_id: site, date_range: [from, to] };
  const metrics = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate', 'visit_duration'];
  const reports = [
    { ...range, metrics },
    { ...range, metrics, dimensions: ['time:day'] },
    { ...range, metrics: ['visitors', 'pageviews'], dimensions: ['time:hour'] },
    { ...range, metrics, dimensions: ['visit:entry_page'] },
  ];
  const batch = await app.post(
    '/api/v2/batch',
    { site_id: site, queries: reports },
    { key: app.key },
  );
  expect(batch.status).toBe(200);
  return [
    ((await batch.json()) as { results: { results: unknown }[] }).results.map(
      ({ results }) => results,
    ),
    await byDayAndPage(app, site, from, to),
    await (await app.get(`/api/hits?site=${site}`, { key: app.key })).text(),
  ];
}

/**
 * Closes all days that have ended, and expects that nothing shown changes. `days` is their number;
 * it may be more where the rows of days closed before still exist.
 */
export async function closeAndExpectSame(
  app: RealApp,
  days: number,
  site: string,
  from: string,
  to: string,
): Promise<void> {
  const before = await allShown(app, site, from, to);
  const closed = await app.closeDays();
  if (days === 0) expect(closed).toBe(0);
  else expect(closed).toBeGreaterThanOrEqual(days);
  expect(await allShown(app, site, from, to)).toEqual(before);
}

/** The number of stored hits by day, from the books. Checks that the books balance. */
export async function storedByDay(app: RealApp, site: string): Promise<Record<string, number>> {
  const { days } = (await (await app.get(`/api/books?site=${site}`, { key: app.key })).json()) as {
    days: { day: string; received: number; stored: number; dropped: Record<string, number> }[];
  };
  for (const { received, stored, dropped } of days)
    expect(received).toBe(stored + Object.values(dropped).reduce((sum, n) => sum + n, 0));
  return Object.fromEntries(days.map(({ day, stored }) => [day, stored]));
}

/** A UUIDv7 of this time. Each `nth` gives another id. */
export function uuid7(ms: number, nth = 0): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${nth.toString(16).padStart(12, '0')}`;
}
