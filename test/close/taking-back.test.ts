import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSealed } from '../../src/account/retention.ts';
import { openSites } from '../../src/account/sites.ts';
import { closeDay } from '../../src/close/close-day.ts';
import { eraseHits } from '../../src/close/erase-hits.ts';
import { runPass } from '../../src/close/pass.ts';
import { listRemovals, restoreRemoval } from '../../src/close/removals.ts';
import { removeSite } from '../../src/close/remove-site.ts';
import { planUnsealing, unsealDays } from '../../src/close/unseal.ts';
import { verifySite } from '../../src/close/verify-ledger.ts';
import type { Home } from '../../src/home/home.ts';
import { readMonth } from '../../src/ledger/manifest.ts';
import { dayMs, hourMs } from '../../src/lib/clock.ts';
import { hitOf } from '../support/hits.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longestHomes } from '../support/real-app.ts';

/** Minutes of a day of March 2026 in Berlin. */
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;

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

describe.each(longestHomes)('what was removed on %s', (homeName) => {
  let ledger: TestLedger;
  let before: Record<string, readonly number[]>;

  /** Two days closed, the third open. */
  beforeEach(async () => {
    ledger = await openLedger(homeName, at(3, 600));
    for (const day of [1, 2, 3])
      await ledger.append([
        hitOf({ time: at(day, 1), page: '/' }),
        hitOf({ time: at(day, 2), page: '/secret', props: { name: 'Ada' } }),
        hitOf({ time: at(day, 3), page: '/', visitor: 'bb' }),
      ]);
    for (const day of ['2026-03-01', '2026-03-02'])
      await closeDay(ledger.world, await ledger.site(), day);
    before = await pages();
  });
  afterEach(() => ledger.close());

  const clock = () => ledger.now();
  const pages = () => ledger.by('event:page');
  const worldOver = (home: Home) => ({
    ...{ home, clock, random: randomBytes },
    sites: openSites(home, clock, () => randomBytes(6).toString('hex')),
  });
  const world = () => ({ ...worldOver(ledger.home), sites: ledger.sites });
  const wrong = async () => (await verifySite(ledger.world, await ledger.site())).wrong;
  async function pass(): Promise<void> {
    const failed: unknown[] = [];
    await runPass(ledger.world, ledger.sites, {
      untilMs: ledger.now() + hourMs,
      atOnce: true,
      onEvent: (event) => event.kind === 'failed' && failed.push(event.error),
    });
    expect(failed).toEqual([]);
  }
  const ids = async () => (await listRemovals(world())).map(({ id }) => id);
  /** Everything that is stored of hits, as text. */
  async function storedText(siteId: string): Promise<string> {
    const { rows, files } = ledger.home;
    const texts: string[] = [];
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03'])
      for (let shard = 0; shard < ledger.home.shards; shard++)
        for (const { value } of await rows.scan(`hit/${siteId}/${day}/${shard}`))
          texts.push(`${day} ${value}`);
    for (const { name } of await files.list(`ledger/${siteId}/`)) {
      if (!/(hits|erased|visits|rollup)[.]parquet$/.test(name)) continue;
      const local = await files.open(name);
      const found = await ledger.world.duck.read((session) =>
        session.rows(`SELECT t::VARCHAR FROM read_parquet('${local.path}') AS t`),
      );
      local.release();
      texts.push(...found.map(String));
    }
    return texts.join('\n');
  }

  const removals = {
    site: () => removeSite(world(), 'ledger.test'),
    erasure: () => eraseHits(world(), 'ledger.test', { page: '/secret' }),
    pruned: async () => {
      await ledger.sites.set('ledger.test', { keep_hits_days: 1, keep_roll_ups_days: 1 });
      await pass();
    },
  };

  test.each(['site', 'erasure', 'pruned'] as const)(
    '%s: out of every report at once, and back as it was within 24 hours',
    async (kind) => {
      await removals[kind]();
      const [id, ...others] = await ids();
      expect([id?.startsWith(kind), others]).toEqual([true, []]);
      if (kind === 'site') expect(await ledger.site()).toBeUndefined();
      else expect(await pages()).not.toEqual(before);
      await pass();
      ledger.setNow(ledger.now() + 12 * hourMs);
      await pass();
      expect(await restoreRemoval(world(), id!)).toMatchObject({ kind, site: 'ledger.test' });
      await pass();
      expect(await pages()).toEqual(before);
      expect(await wrong()).toEqual([]);
      expect(await ids()).toEqual([]);
      for (const hours of [13, 30, 60]) {
        ledger.setNow(ledger.now() + hours * hourMs);
        await pass();
        expect(await pages()).toEqual(before);
        expect(await wrong()).toEqual([]);
      }
    },
  );

  test.each(['site', 'erasure', 'pruned'] as const)(
    '%s: destroyed after 24 hours, rows and files, and not to be taken back',
    async (kind) => {
      const { id: siteId } = await ledger.site();
      await removals[kind]();
      await pass();
      const [id] = await ids();
      expect(await storedText(siteId)).toContain('/secret');
      for (const hours of [23.9, 0.2, 1.1, 0.1]) {
        ledger.setNow(ledger.now() + hours * hourMs);
        // Of a pruned day's site, another day is pruned by then.
        if (hours === 0.2 && kind !== 'pruned')
          await expect(restoreRemoval(world(), id!)).rejects.toThrow('nothing');
        await pass();
      }
      // A pruned day's neighbours stay.
      const stored = await storedText(siteId);
      const left = stored.split('\n').filter((text) => text.includes('/secret'));
      if (kind === 'pruned')
        expect(left.filter((text) => /^(\{'day': )?2026-03-01/.test(text))).toEqual([]);
      else expect(left).toEqual([]);
      if (kind !== 'pruned') expect(await ids()).toEqual([]);
      if (kind !== 'site') expect(await wrong()).toEqual([]);
    },
  );

  test.each(['site', 'erasure', 'pruned'] as const)(
    '%s: a taking back that is cut anywhere can be run again',
    async (kind) => {
      await removals[kind]();
      await pass();
      const [id] = await ids();
      let cuts = 0;
      for (; cuts < 20; cuts++) {
        const done = await restoreRemoval(worldOver(cutAfter(ledger.home, cuts)), id!).then(
          () => 'restored',
          (error: Error) => error.message,
        );
        if (done === 'restored') break;
        if (!(await ids()).includes(id!)) break;
        ledger.setNow(ledger.now() + 2 * 60_000);
        await pass();
      }
      expect(cuts).toBeGreaterThan(0);
      await pass();
      expect(await pages()).toEqual(before);
      expect(await wrong()).toEqual([]);
      ledger.setNow(ledger.now() + 25 * hourMs);
      await pass();
      expect(await pages()).toEqual(before);
    },
  );

  test.each([false, true])(
    'an unsealed day of which sums are left begins again, and says so before (merged: %s)',
    async (merged) => {
      ledger.setNow(at(34, 600));
      await pass();
      if (merged) ledger.setNow(ledger.now() + 7 * hourMs);
      await pass();
      await ledger.sites.set('ledger.test', { keep_hits_days: 32 });
      for (const hours of [7, 25, 2]) {
        ledger.setNow(ledger.now() + hours * hourMs);
        await pass();
      }
      await ledger.sites.set('ledger.test', { keep_hits_days: 'forever' });
      expect((await pages())['/secret']![2]).toBe(3);
      const plan = await planUnsealing(world(), await ledger.site(), undefined);
      expect(plan.summed).toContain('2026-03-01');
      await unsealDays(world(), await ledger.site(), plan);
      await ledger.append([hitOf({ time: at(1, 1), page: '/again' })], {
        late: true,
        receivedAtMs: ledger.now(),
      });
      const shown = await pages();
      expect([shown['/again']![2], shown['/secret']![2]]).toEqual([1, 3 - plan.summed.length]);
      for (const hours of [0, 7, 25]) {
        ledger.setNow(ledger.now() + hours * hourMs);
        await pass();
        expect(await pages()).toEqual(shown);
        expect(await wrong()).toEqual([]);
      }
    },
  );

  test('a site whose removal is cut anywhere is there, or can be taken back', async () => {
    const { id } = await ledger.site();
    for (let writes = 0; writes < 6; writes++) {
      await removeSite(worldOver(cutAfter(ledger.home, writes)), 'ledger.test').catch(() => {});
      ledger.setNow(ledger.now() + 2 * 60_000);
      await pass();
      if ((await ids()).includes(`site-${id}`)) await restoreRemoval(world(), `site-${id}`);
      expect((await ledger.site()).id).toBe(id);
      expect(await pages()).toEqual(before);
    }
  });

  test('an erasure that is cut before its site knows of it can be taken back', async () => {
    const faultPoint = (): void => {
      throw new Error('cut');
    };
    const cut = eraseHits({ ...world(), faultPoint }, 'ledger.test', { page: '/secret' });
    await expect(cut).rejects.toThrow('cut');
    await pass();
    await restoreRemoval(world(), (await ids())[0]!);
    await pass();
    expect(await pages()).toEqual(before);
  });

  test('a site whose domain has another site by now is not taken back over it', async () => {
    const { site } = await removeSite(world(), 'ledger.test');
    await ledger.sites.add('ledger.test');
    await expect(restoreRemoval(world(), `site-${site.id}`)).rejects.toMatchObject({
      fault: 'conflict',
    });
    await removeSite(world(), 'ledger.test', { now: true });
    await restoreRemoval(world(), `site-${site.id}`);
    expect((await ledger.site()).id).toBe(site.id);
    expect(await pages()).toEqual(before);
  });

  test('an erasure with now cannot be taken back', async () => {
    await eraseHits(world(), 'ledger.test', { page: '/secret' }, { now: true });
    expect(await ids()).toEqual([]);
    expect(Object.keys(await pages())).toEqual(['/']);
  });

  test('late hits of a day that something was erased from leave what can be taken back', async () => {
    await removals.erasure();
    await pass();
    await ledger.append([hitOf({ time: at(1, 50), page: '/', visitor: 'cc' })], {
      late: true,
      receivedAtMs: ledger.now(),
    });
    await pass();
    await restoreRemoval(world(), (await ids())[0]!);
    await pass();
    expect((await pages())['/secret']).toEqual(before['/secret']);
    expect((await pages())['/']![2]).toBe(before['/']![2]! + 1);
    expect(await wrong()).toEqual([]);
  });

  test('a setting that is taken back becomes what it was', async () => {
    await ledger.sites.set('ledger.test', { keep_hits_days: 100 });
    await ledger.sites.set('ledger.test', { keep_hits_days: 1 });
    await pass();
    await restoreRemoval(world(), (await ids())[0]!);
    expect(await ledger.site()).toMatchObject({ keepHitsDays: 100 });
    expect((await ledger.site()).sealedFrom).toBeUndefined();
  });

  test('a sealed day takes hits again once it is unsealed, unless something was erased from it', async () => {
    await eraseHits(world(), 'ledger.test', { page: '/secret', to: '2026-03-01' }, { now: true });
    await pass();
    await removals.pruned();
    ledger.setNow(at(6, 600));
    for (const hours of [0, 25, 2]) {
      ledger.setNow(ledger.now() + hours * hourMs);
      await pass();
    }
    const site = await ledger.site();
    await ledger.sites.set('ledger.test', { keep_hits_days: 'forever' });
    const sealed = async (day: string) => isSealed(await ledger.site(), day, ledger.now());
    expect([await sealed('2026-03-01'), await sealed('2026-03-02')]).toEqual([true, true]);
    const plan = await planUnsealing(world(), await ledger.site(), undefined);
    expect(plan).toMatchObject({ erased: ['2026-03-01'] });
    const erased = async () =>
      (await readMonth(ledger.home, site.id, '2026-03')).content.days['2026-03-01'];
    const before = await erased();
    await unsealDays(world(), await ledger.site(), plan);
    expect([await sealed('2026-03-01'), await sealed('2026-03-02')]).toEqual([true, false]);
    expect(await erased()).toEqual(before); // its sums stay
    await ledger.append([hitOf({ time: at(2, 1), page: '/again' })], {
      late: true,
      receivedAtMs: ledger.now(),
    });
    expect((await pages())['/again']).toEqual([1, 1, 1, 1]);
    await pass();
    expect((await pages())['/again']).toEqual([1, 1, 1, 1]);
    expect(await wrong()).toEqual([]);
    const { content } = await readMonth(ledger.home, site.id, '2026-03');
    expect(content.days['2026-03-02']).toMatchObject({ hits: 1, taken: 4, went: 3 });
  });
});
