import { expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { dayMs, secondMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { openEngine } from './engine.ts';

test('a question that is asked just before midnight is answered for that day', async () => {
  const site = { id: 'moment000000', domain: 'example.com', zones: zonesFrom('UTC', 0) };
  const midnightMs = Date.parse('2026-11-23T00:00:00Z');
  const home = openMemoryHome();
  await appendHits(home, site, [
    hitOf({ time: midnightMs - dayMs }),
    hitOf({ time: midnightMs - secondMs }),
  ]);
  // Midnight passes as soon as somebody has asked what time it is.
  let asked = 0;
  const clock = () => (asked++ === 0 ? midnightMs - 1 : midnightMs + 1);
  const engine = await openEngine({ home, clock, memoryBytes: 2 ** 28, threads: 1 });
  asked = 0;
  const query = { metrics: ['pageviews'], date_range: 'day' };
  const [first, second] = await engine.batch(
    site,
    [query, { ...query, date_range: '7d' }].map((one) => ({ site_id: site.domain, ...one })),
  );
  engine.close();
  expect(asked).toBeGreaterThan(1);
  expect(first!.results).toEqual([{ dimensions: [], metrics: [2] }]);
  expect(first!.query['date_range']).toEqual([
    '2026-11-22T00:00:00+00:00',
    '2026-11-22T23:59:59+00:00',
  ]);
  expect(second!.results).toEqual([{ dimensions: [], metrics: [0] }]);
});
