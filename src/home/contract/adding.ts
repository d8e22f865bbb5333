import { describe, expect, test } from 'vitest';
import { type MakeHome, useHome } from './support.ts';

/** What several writers do to one row: `putIf` and `add`. */
export function describeAdding(makeHome: MakeHome): void {
  describe('putIf', () => {
    const at = useHome(makeHome);
    const key = (sort: string) => ({ partition: 'put', sort });

    test('stores only over the value that is expected', async () => {
      const { rows } = at.home;
      const steps: [
        value: string,
        expected: string | undefined,
        stored: boolean,
        present: string,
      ][] = [
        ['1', '0', false, 'nothing'],
        ['1', undefined, true, '1'],
        ['2', undefined, false, '1'],
        ['2', '1 ', false, '1'],
        ['2', '1', true, '2'],
        ['2', '2', true, '2'],
        ['1', '2', true, '1'],
        ['"é😀"', '1', true, '"é😀"'],
        ['3', '"é😀"', true, '3'],
      ];
      for (const [value, expected, stored, present] of steps) {
        expect(await rows.putIf({ ...key('steps'), value }, expected)).toBe(stored);
        expect((await rows.get('put', 'steps')) ?? 'nothing').toBe(present);
      }
    });

    test('sees what append and remove did', async () => {
      const { rows } = at.home;
      await rows.append([{ ...key('mixed'), value: '1' }]);
      expect(await rows.putIf({ ...key('mixed'), value: '2' }, undefined)).toBe(false);
      expect(await rows.putIf({ ...key('mixed'), value: '2' }, '1')).toBe(true);
      await rows.remove([key('mixed')]);
      expect(await rows.putIf({ ...key('mixed'), value: '3' }, '2')).toBe(false);
      expect(await rows.putIf({ ...key('mixed'), value: '3' }, undefined)).toBe(true);
    });

    test.each([
      ['the first of 20 to make a row wins', 'made', undefined],
      ['the first of 20 to change a row wins', 'changed', '"before"'],
    ])('%s', async (_, sort, before) => {
      const { rows } = at.home;
      if (before) await rows.putIf({ ...key(sort), value: before }, undefined);
      const values = Array.from({ length: 20 }, (_, writer) => JSON.stringify({ writer }));
      const won = await Promise.all(
        values.map((value) => rows.putIf({ ...key(sort), value }, before)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await rows.get('put', sort)).toBe(values[won.indexOf(true)]);
    });

    test('an append at the same time is never put over', async () => {
      const { rows } = at.home;
      for (let round = 0; round < 10; round++) {
        const row = key(`beside${round}`);
        await rows.append([{ ...row, value: '"a"' }]);
        // Whichever is first, the append stays: `putIf` is before it, or no longer finds what it
        // expects.
        await Promise.all([
          rows.append([{ ...row, value: '"b"' }]),
          rows.putIf({ ...row, value: '"c"' }, '"a"'),
        ]);
        expect(await rows.get('put', row.sort)).toBe('"b"');
      }
    });

    test('read, change, put: no change is lost', async () => {
      const { rows } = at.home;
      const appendOne = async (item: number): Promise<void> => {
        for (;;) {
          const text = await rows.get('put', 'list');
          const value = JSON.stringify([...JSON.parse(text ?? '[]'), item]);
          if (await rows.putIf({ ...key('list'), value }, text)) return;
        }
      };
      const items = Array.from({ length: 12 }, (_, item) => item);
      await Promise.all(items.map(appendOne));
      const list = JSON.parse((await rows.get('put', 'list'))!) as number[];
      expect(list.toSorted((a, b) => a - b)).toEqual(items);
    });
  });

  describe('add', () => {
    const at = useHome(makeHome);
    const countsOf = async (sort: string) =>
      JSON.parse((await at.home.rows.get('sums', sort)) ?? 'null');

    test('counters start at 0 and are told apart by name', async () => {
      const { rows } = at.home;
      const key = { partition: 'sums', sort: 'names' };
      await rows.add(key, { a: 1, b: 2 });
      await rows.add(key, { b: 3, 'with space, "é" and .': 1 });
      await rows.add(key, { a: -5, c: 0 });
      expect(await countsOf('names')).toEqual({ a: -4, b: 5, 'with space, "é" and .': 1, c: 0 });
    });

    test('any name is a name', async () => {
      const names = [
        'constructor',
        'toString',
        'length',
        'size',
        'value',
        'partition',
        'sort',
        'pk',
        'sk',
        'ttl',
      ];
      const counts = Object.fromEntries([...names, '__proto__'].map((name, at) => [name, at + 1]));
      await at.home.rows.add({ partition: 'sums', sort: 'odd' }, counts);
      await at.home.rows.add({ partition: 'sums', sort: 'odd' }, counts);
      expect(Object.entries(await countsOf('odd')).toSorted()).toEqual(
        Object.entries(counts)
          .map(([name, count]) => [name, 2 * count])
          .toSorted(),
      );
    });

    test('100 additions at the same time are all counted, of each row', async () => {
      const { rows } = at.home;
      const additions = Array.from({ length: 100 }, (_, at) =>
        rows.add({ partition: 'sums', sort: `busy${at % 2}` }, { all: 1, [`of ${at % 4}`]: at }),
      );
      await Promise.all(additions);
      expect(await countsOf('busy0')).toEqual({ all: 50, 'of 0': 1_200, 'of 2': 1_250 });
      expect(await countsOf('busy1')).toEqual({ all: 50, 'of 1': 1_225, 'of 3': 1_275 });
    });

    test('is seen by whoever awaited it', async () => {
      for (let count = 1; count <= 5; count++) {
        await at.home.rows.add({ partition: 'sums', sort: 'steps' }, { count: 1 });
        expect(await countsOf('steps')).toEqual({ count });
      }
      expect(await at.home.rows.scan('sums', { from: 'steps', to: 'stept' })).toHaveLength(1);
    });

    test('nothing to add changes nothing, and a removed row starts again at 0', async () => {
      const { rows } = at.home;
      const key = { partition: 'sums', sort: 'removed' };
      await rows.add(key, {});
      await rows.add(key, { a: 7 });
      await rows.remove([key]);
      expect(await countsOf('removed')).toBeNull();
      await rows.add(key, { a: 1 });
      expect(await countsOf('removed')).toEqual({ a: 1 });
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', async (count) => {
      const added = at.home.rows.add({ partition: 'sums', sort: 'bad' }, { count });
      await expect(added).rejects.toMatchObject({ fault: 'bad-input' });
      expect(await countsOf('bad')).toBeNull();
    });
  });
}
