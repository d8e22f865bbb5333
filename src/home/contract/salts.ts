import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DaybookError } from '../../lib/errors.ts';
import { type MakeHome, useHome } from './support.ts';

export function describeSalts(makeHome: MakeHome): void {
  describe('salts', () => {
    const at = useHome(makeHome);
    const due = (destroyAtMs: number) => () => ({ salt: randomBytes(32), destroyAtMs });
    const isKept = () => {
      throw new DaybookError('conflict', 'a kept salt is not made again');
    };

    test('the first is kept', async () => {
      const { salts } = at.home;
      const salt = randomBytes(32);
      const first = await salts.getOrKeep('first', '2026-01-01', () => ({
        salt,
        destroyAtMs: 1_000,
      }));
      expect(first).toEqual(salt);
      expect(await salts.getOrKeep('first', '2026-01-01', isKept)).toEqual(salt);
    });

    test('each site-day has its own', async () => {
      const { salts } = at.home;
      const kept = await Promise.all(
        ['a/2026-01-01', 'a/2026-01-02', 'b/2026-01-01', 'A/2026-01-01'].map((siteDay) => {
          const [site, day] = siteDay.split('/') as [string, string];
          return salts.getOrKeep(`own-${site}`, day, due(9e15));
        }),
      );
      expect(new Set(kept.map((salt) => salt.toString('hex'))).size).toBe(4);
    });

    test('20 callers at the same time get one', async () => {
      const { salts } = at.home;
      const got = await Promise.all(
        Array.from({ length: 20 }, () => salts.getOrKeep('race', '2026-01-01', due(9e15))),
      );
      expect(new Set(got.map((salt) => salt.toString('hex'))).size).toBe(1);
      expect(await salts.getOrKeep('race', '2026-01-01', isKept)).toEqual(got[0]);
    });

    test('those that are due are destroyed, and only those', async () => {
      const { salts } = at.home;
      await salts.destroyDue(8e15);
      const days = { '2026-01-01': 1_000, '2026-01-02': 2_000, '2026-01-03': 3_000 };
      const before: Record<string, Buffer> = {};
      for (const [day, destroyAtMs] of Object.entries(days)) {
        before[day] = await salts.getOrKeep('due', day, due(destroyAtMs));
        await salts.getOrKeep('due2', day, due(destroyAtMs));
      }
      expect(await salts.destroyDue(999)).toBe(0);
      expect(await salts.destroyDue(2_000)).toBe(4);
      expect(await salts.destroyDue(2_000)).toBe(0);
      expect(await salts.getOrKeep('due', '2026-01-03', isKept)).toEqual(before['2026-01-03']);
      expect(await salts.getOrKeep('due', '2026-01-01', due(9e15))).not.toEqual(
        before['2026-01-01'],
      );
    });

    test('those of a site are listed by day, until they are due', async () => {
      const { salts } = at.home;
      const second = await salts.getOrKeep('listed', '2026-01-02', due(2_000));
      const first = await salts.getOrKeep('listed', '2026-01-01', due(3_000));
      await salts.getOrKeep('listed2', '2026-01-01', due(9e15));
      expect(await salts.list('listed', 1_999)).toEqual([
        { day: '2026-01-01', salt: first, destroyAtMs: 3_000 },
        { day: '2026-01-02', salt: second, destroyAtMs: 2_000 },
      ]);
      expect((await salts.list('listed', 2_000)).map(({ day }) => day)).toEqual(['2026-01-01']);
      expect(await salts.list('listed', 3_000)).toEqual([]);
      expect(await salts.list('never-there', 0)).toEqual([]);
    });

    test('a site loses all of its own', async () => {
      const { salts } = at.home;
      const other = await salts.getOrKeep('stays', '2026-01-01', due(9e15));
      const salt = await salts.getOrKeep('leaves', '2026-01-01', due(9e15));
      await salts.getOrKeep('leaves', '2026-01-02', due(9e15));
      await salts.destroySite('leaves');
      await salts.destroySite('leaves');
      await salts.destroySite('never-there');
      expect(await salts.getOrKeep('leaves', '2026-01-01', due(9e15))).not.toEqual(salt);
      expect(await salts.getOrKeep('stays', '2026-01-01', isKept)).toEqual(other);
    });

    test('salts are there after reopening, with their time', async () => {
      const salt = await at.home.salts.getOrKeep('kept', '2026-01-01', due(8.5e15));
      const { salts } = await at.reopen();
      expect(await salts.getOrKeep('kept', '2026-01-01', isKept)).toEqual(salt);
      await salts.destroyDue(8.5e15 - 1);
      expect(await salts.getOrKeep('kept', '2026-01-01', isKept)).toEqual(salt);
      await salts.destroyDue(8.5e15);
      expect(await salts.getOrKeep('kept', '2026-01-01', due(9e15))).not.toEqual(salt);
    });

    test('a salt of another length is refused', async () => {
      const short = () => ({ salt: randomBytes(16), destroyAtMs: 9e15 });
      const kept = at.home.salts.getOrKeep('short', '2026-01-01', short);
      await expect(kept).rejects.toMatchObject({ fault: 'bad-input' });
    });
  });
}
