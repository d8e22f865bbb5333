import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { dayMs } from '../lib/clock.ts';
import { claimDay, forgetTries } from './tries.ts';

const among = ['2026-03-29', '2026-03-30'];
const nowMs = Date.parse('2026-03-30T00:00:00Z');

test('the first claim counts, also among many at once; one of another day is another hit’s', async () => {
  const home = openMemoryHome();
  const claim = (id: string, day: string, days = among) =>
    claimDay({ home }, 's', id, { day, among: days, nowMs });
  const tries = Array.from({ length: 10 }, (_, nth) => claim('a', among[nth % 2]!));
  expect(new Set(await Promise.all(tries)).size).toBe(1);
  expect(await claim('b', among[1]!)).toBe(among[1]);
  expect(await claim('b', among[0]!)).toBe(among[1]);
  const later = ['2026-04-05', '2026-04-06'];
  expect(await claim('b', later[0]!, later)).toBe(later[0]);
  expect(await claim('b', later[1]!, later)).toBe(later[0]);
});

test('claims are removed when no try can ask for them any more', async () => {
  const home = openMemoryHome();
  await claimDay({ home }, 's', 'a', { day: among[0]!, among, nowMs });
  await forgetTries({ home }, 's', nowMs + 2 * dayMs);
  expect(await home.rows.count('try/s/0')).toBe(1);
  await forgetTries({ home }, 's', nowMs + 3 * dayMs + 1);
  expect(await home.rows.count('try/s/0')).toBe(0);
});
