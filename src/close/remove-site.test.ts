import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { domain, openLedger, type TestLedger } from '../../test/support/ledger.ts';
import { longHomes } from '../../test/support/real-app.ts';
import { addAnnotation } from '../account/annotations.ts';
import { openSites } from '../account/sites.ts';
import { subscriptionPartition, subscriptionsOf } from '../account/subscription-rows.ts';
import type { Home } from '../home/home.ts';
import { claimDay } from '../journal/tries.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import { closeDay } from './close-day.ts';
import { eraseHits } from './erase-hits.ts';
import { finishRemovals, removeSite } from './remove-site.ts';

const startMs = Date.parse('2026-03-10T12:00:00Z');
const days = ['2026-03-08', '2026-03-09', '2026-03-10'];

let ledger: TestLedger;
afterEach(() => ledger.close());

/**
 * Two days closed, one of them with a late row since; one open; an erasure; an annotation; and
 * another site that has the same.
 */
async function fill(homeName: (typeof longHomes)[number]): Promise<void> {
  ledger = await openLedger(homeName, startMs);
  const { home, world, sites } = ledger;
  const other = await sites.add('other.test');
  for (const site of [await ledger.site(), other]) {
    for (const ago of [2, 1, 0])
      await appendHits(home, site, [hitOf({ time: startMs - ago * dayMs })]);
    for (const day of days.slice(0, 2)) await closeDay(world, site, day);
    await appendHits(home, site, [hitOf({ time: startMs - dayMs })], {
      late: true,
      receivedAtMs: startMs,
    });
    await claimDay(world, site.id, '0123456789abcdef', {
      ...{ day: days[2]!, among: days, nowMs: startMs },
    });
    const clock = () => startMs;
    await eraseHits({ home, sites, clock, random: randomBytes }, site.domain, { page: '/gone' });
    const note = { date: '2026-03-09', text: 'Launch' };
    await addAnnotation(home, site.id, note, () => '0b7e93a1');
    const asked = { partition: subscriptionPartition, sort: `${site.id}/0b7e93a10b7e93a1` };
    await home.rows.append([{ ...asked, value: '{}' }]);
    await home.salts.getOrKeep(site.id, days[2]!, () => ({
      salt: randomBytes(32),
      destroyAtMs: 2 ** 50,
    }));
  }
}

/** What there is of a site. */
async function leftOf(siteId: string): Promise<string[]> {
  const { home } = ledger;
  const own = days.map((day) => `hit/${siteId}/${day}`);
  const spread = [...own, `late/${siteId}`, `try/${siteId}`].flatMap((name) =>
    Array.from({ length: home.shards }, (_, shard) => `${name}/${shard}`),
  );
  const others = ['count', 'counted', 'days', 'erase', 'import', 'month', 'note'].map(
    (name) => `${name}/${siteId}`,
  );
  const found: string[] = [];
  for (const partition of [...spread, ...others])
    if ((await home.rows.scan(partition)).length > 0) found.push(partition);
  const asked = await home.rows.scan(subscriptionPartition, subscriptionsOf(siteId));
  found.push(...asked.map(({ partition }) => partition));
  return [...found, ...(await home.files.list(`ledger/${siteId}/`)).map(({ name }) => name)];
}

/** The home, until so many writes: then nothing is done any more. */
function cutAfter(home: Home, writes: number): Home {
  let left = writes;
  const counted =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (--left < 0) throw new Error('cut');
      return work(...args);
    };
  const { rows, files } = home;
  return {
    ...home,
    rows: {
      ...rows,
      scan: rows.scan.bind(rows),
      get: rows.get.bind(rows),
      append: counted(rows.append.bind(rows)),
      remove: counted(rows.remove.bind(rows)),
      putIf: counted(rows.putIf.bind(rows)),
    },
    files: { ...files, list: files.list.bind(files), remove: counted(files.remove.bind(files)) },
  };
}

describe.each(longHomes)('removing a site on %s', (homeName) => {
  test('takes all of it and nothing else, and is finished where it was cut', async () => {
    await fill(homeName);
    const { home, sites, world } = ledger;
    const { id } = await ledger.site();
    const other = (await sites.find('other.test'))!.id;
    const others = await leftOf(other);
    expect(others.length).toBeGreaterThan(8);
    expect(await leftOf(id)).toHaveLength(others.length);
    const clock = () => ledger.now();
    let cuts = 0;
    for (; ; cuts++) {
      const cut = cutAfter(home, cuts);
      const mine = openSites(cut, clock, () => randomBytes(6).toString('hex'));
      const ended = await removeSite({ home: cut, sites: mine, clock }, domain, { now: true }).then(
        () => 'removed',
        (error: Error) => error.message,
      );
      ledger.setNow(ledger.now() + hourMs);
      await finishRemovals(world, sites.isGone);
      if ((await sites.list()).some((site) => site.id === id)) {
        expect(ended).toBe('cut');
        expect(await leftOf(id)).toHaveLength(others.length);
        continue;
      }
      expect(await leftOf(id)).toEqual([]);
      break;
    }
    expect(cuts).toBeGreaterThan(0);
    expect(await leftOf(other)).toEqual(others);

    // What a close that was under way has published all the same.
    await appendHits(home, { id, zones: [{ fromDay: '1970-01-01', fromMs: 0, zone: 'UTC' }] }, [
      hitOf({ time: startMs }),
    ]);
    ledger.setNow(ledger.now() + dayMs);
    await finishRemovals(world, sites.isGone);
    expect(await leftOf(id)).toEqual([]);
    expect(await home.rows.scan('removed')).toEqual([]);
  });
});
