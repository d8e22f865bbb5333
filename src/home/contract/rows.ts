import { describe, expect, test } from 'vitest';
import { maxPage, type Range } from '../home.ts';
import {
  byBytes,
  type MakeHome,
  numbered,
  rowsOf,
  scanSorts,
  scanWhole,
  sortsOf,
  useHome,
} from './support.ts';

export function describeRows(makeHome: MakeHome): void {
  describe('rows', () => {
    const at = useHome(makeHome);

    test('a row is given back as it was stored', async () => {
      const row = { partition: 'one', sort: 'a', value: '{"text":"é 😀 \\u0000 \\" \\n"}' };
      await at.home.rows.append([row]);
      expect(await at.home.rows.get('one', 'a')).toBe(row.value);
      expect(await at.home.rows.scan('one')).toEqual([row]);
    });

    test('what is not there is undefined, or an empty page', async () => {
      expect(await at.home.rows.get('nothing', 'a')).toBeUndefined();
      expect(await at.home.rows.scan('nothing')).toEqual([]);
      expect(await at.home.rows.count('nothing')).toBe(0);
      await at.home.rows.append([]);
      await at.home.rows.remove([]);
    });

    const orders: Record<string, string[]> = {
      'digits before letters, capitals before small': ['0', '9', 'A', 'Z', 'a', 'z'],
      'a prefix before what it starts': ['a', 'a/', 'a/b', 'a0', 'aa', 'ab', 'b'],
      'spaces and punctuation by their bytes': [' ', '!', '-', '.', '/', ':', '_', '~'],
      // In UTF-16 the surrogates of the last two come before U+FF21.
      'characters by their bytes in UTF-8': ['z', 'é', 'ю', '中', '\uffee', '𝒳', '😀'],
      'control characters first': ['\u0001', '\u001f', ' ', 'a'],
    };
    test.each(Object.entries(orders))('order: %s', async (name, sorts) => {
      expect(sorts.toSorted(byBytes)).toEqual(sorts);
      const partition = `order ${name}`;
      await at.home.rows.append(rowsOf(partition, sorts.toReversed()));
      expect(await scanSorts(at.home.rows, partition)).toEqual(sorts);
      for (const [index, sort] of sorts.entries()) {
        expect(await scanSorts(at.home.rows, partition, { from: sort })).toEqual(
          sorts.slice(index),
        );
        expect(await scanSorts(at.home.rows, partition, { after: sort })).toEqual(
          sorts.slice(index + 1),
        );
        expect(await scanSorts(at.home.rows, partition, { to: sort })).toEqual(
          sorts.slice(0, index),
        );
      }
    });

    const ranges: [string, Range, string[]][] = [
      ['from is inclusive', { from: 'c' }, ['c', 'd', 'e']],
      ['to is exclusive', { to: 'c' }, ['a', 'b']],
      ['from and to', { from: 'b', to: 'd' }, ['b', 'c']],
      ['bounds that are no rows', { from: 'aa', to: 'cc' }, ['b', 'c']],
      ['from equal to to', { from: 'c', to: 'c' }, []],
      ['from behind to', { from: 'd', to: 'b' }, []],
      ['after is exclusive', { after: 'c' }, ['d', 'e']],
      ['after within a range', { from: 'b', to: 'e', after: 'c' }, ['d']],
      ['after before from', { from: 'c', after: 'a' }, ['c', 'd', 'e']],
      ['after the last', { after: 'e' }, []],
      ['after behind to', { to: 'b', after: 'd' }, []],
      ['a limit', { limit: 2 }, ['a', 'b']],
      ['a limit and after', { limit: 2, after: 'b' }, ['c', 'd']],
      ['a limit beyond the end', { from: 'd', limit: 500 }, ['d', 'e']],
    ];
    test.each(ranges)('range: %s', async (name, range, expected) => {
      await at.home.rows.append(rowsOf(`range ${name}`, ['c', 'a', 'e', 'b', 'd']));
      expect(await scanSorts(at.home.rows, `range ${name}`, range)).toEqual(expected);
    });

    test('a partition never holds rows of another', async () => {
      const partitions = [
        'part',
        'part/',
        'part/a',
        'part/a/b',
        'part0',
        'parta',
        'par',
        'PART',
        'pärt',
      ];
      for (const partition of partitions)
        await at.home.rows.append(rowsOf(partition, ['a/b', 'b', 't', 'z']));
      await at.home.rows.remove([{ partition: 'part/', sort: 'b' }]);
      for (const partition of partitions) {
        const expected = partition === 'part/' ? ['a/b', 't', 'z'] : ['a/b', 'b', 't', 'z'];
        expect(await at.home.rows.scan(partition)).toEqual(rowsOf(partition, expected));
        expect(await scanSorts(at.home.rows, partition, { from: 'b', to: 'u' })).toEqual(
          expected.slice(1, -1),
        );
        expect(await at.home.rows.count(partition)).toBe(expected.length);
      }
    });

    test('keys alone, in the same pages', async () => {
      const sorts = numbered('k', 700);
      await at.home.rows.append(rowsOf('keys', sorts));
      await at.home.rows.add({ partition: 'keys', sort: 'z counters' }, { one: 1 });
      const all = await scanWhole(at.home.rows, 'keys', { keysOnly: true });
      expect(all).toEqual(
        [...sorts, 'z counters'].map((sort) => ({ partition: 'keys', sort, value: '' })),
      );
      expect(
        await scanSorts(at.home.rows, 'keys', { keysOnly: true, after: sorts[9]!, limit: 2 }),
      ).toEqual(sorts.slice(10, 12));
    });

    test('5,000 rows are appended at once, and read page by page', async () => {
      const sorts = numbered('n', 5_000);
      await at.home.rows.append(rowsOf('many', sorts));
      const first = await scanSorts(at.home.rows, 'many');
      expect(first).toEqual(sorts.slice(0, maxPage));
      const second = await scanSorts(at.home.rows, 'many', { after: first.at(-1)! });
      expect(second).toEqual(sorts.slice(maxPage, 2 * maxPage));
      expect(await at.home.rows.count('many')).toBe(5_000);
      const all = await scanWhole(at.home.rows, 'many');
      expect(sortsOf(all)).toEqual(sorts);
      const some = await scanWhole(at.home.rows, 'many', {
        from: 'n00100',
        to: 'n01300',
        after: 'n00199',
        limit: 100,
      });
      expect(sortsOf(some)).toEqual(sorts.slice(200, 1_300));
    });

    test('paging goes on behind a key that was removed', async () => {
      await at.home.rows.append(rowsOf('shrinking', ['a', 'b', 'c', 'd']));
      await at.home.rows.remove([{ partition: 'shrinking', sort: 'b' }]);
      expect(await scanSorts(at.home.rows, 'shrinking', { after: 'b' })).toEqual(['c', 'd']);
    });

    test('values of 100 KB are kept whole', async () => {
      const rows = numbered('v', 12).map((sort, size) => ({
        partition: 'big',
        sort,
        value: JSON.stringify('é'.repeat(50_000 - size)),
      }));
      await at.home.rows.append(rows);
      expect(await scanWhole(at.home.rows, 'big')).toEqual(rows);
      expect(await at.home.rows.get('big', 'v00011')).toBe(rows[11]!.value);
    });

    test('the longest keys are kept whole', async () => {
      const partition = 'p'.repeat(474);
      const sorts = [`${'é'.repeat(511)}a`, `${'é'.repeat(511)}b`];
      await at.home.rows.append(rowsOf(partition, sorts));
      expect(await scanSorts(at.home.rows, partition)).toEqual(sorts);
      expect(await scanSorts(at.home.rows, partition, { after: sorts[0]! })).toEqual([sorts[1]]);
    });

    const badKeys: [string, string, string][] = [
      ['an empty partition', '', 'a'],
      ['an empty sort key', 'p', ''],
      ['U+0000 in the partition', 'p\0q', 'a'],
      ['U+0000 in the sort key', 'p', 'a\0'],
      ['half a surrogate pair', 'p', 'a\ud83d'],
      ['keys of 1,500 bytes', 'p'.repeat(600), 'é'.repeat(450)],
      ['a sort key of 1,025 bytes', 'p', 'a'.repeat(1_025)],
    ];
    test.each(badKeys)('a key is refused: %s', async (_, partition, sort) => {
      const { rows } = at.home;
      const row = { partition, sort, value: '1' };
      const refused = { name: 'DaybookError', fault: 'bad-input' };
      await expect(
        rows.append([{ partition: 'fit', sort: 'a', value: '1' }, row]),
      ).rejects.toMatchObject(refused);
      await expect(rows.get(partition, sort)).rejects.toMatchObject(refused);
      await expect(rows.putIf(row, undefined)).rejects.toMatchObject(refused);
      await expect(rows.add(row, { a: 1 })).rejects.toMatchObject(refused);
      await expect(rows.remove([row])).rejects.toMatchObject(refused);
    });

    test.each([0, 501, 1.5, -1, Number.NaN])('a page of %d rows is refused', async (limit) => {
      await expect(at.home.rows.scan('p', { limit })).rejects.toMatchObject({ fault: 'bad-input' });
    });

    test('appending again changes nothing', async () => {
      const rows = rowsOf('again', ['a', 'b', 'c']);
      await at.home.rows.append(rows);
      await Promise.all([at.home.rows.append(rows), at.home.rows.append(rows.slice(1))]);
      expect(await at.home.rows.scan('again')).toEqual(rows);
    });

    test('many rows appended one by one at the same time are all there', async () => {
      const rows = rowsOf('together', numbered('t', 300));
      await Promise.all(rows.map((row) => at.home.rows.append([row])));
      expect(await at.home.rows.scan('together')).toEqual(rows);
    });

    test('removed rows are gone, their neighbours are not', async () => {
      const sorts = numbered('r', 2_000);
      await at.home.rows.append(rowsOf('removal', sorts));
      const doomed = sorts.filter((_, index) => index % 10 !== 0);
      await at.home.rows.remove(
        [...doomed, 'never there'].map((sort) => ({ partition: 'removal', sort })),
      );
      expect(await scanSorts(at.home.rows, 'removal')).toEqual(
        sorts.filter((_, index) => index % 10 === 0),
      );
      expect(await at.home.rows.get('removal', 'r00001')).toBeUndefined();
    });

    test('what was written is there after reopening', async () => {
      const rows = rowsOf('kept', numbered('k', 700));
      await at.home.rows.append(rows);
      await at.home.rows.putIf({ partition: 'kept', sort: 'put', value: '"put"' }, undefined);
      await at.home.rows.add({ partition: 'kept', sort: 'sum' }, { a: 2 });
      await at.home.rows.remove([{ partition: 'kept', sort: 'k00000' }]);
      const reopened = (await at.reopen()).rows;
      expect(await scanWhole(reopened, 'kept', { to: 'l' })).toEqual(rows.slice(1));
      expect(await reopened.get('kept', 'put')).toBe('"put"');
      await reopened.add({ partition: 'kept', sort: 'sum' }, { a: 3 });
      expect(JSON.parse((await reopened.get('kept', 'sum'))!)).toEqual({ a: 5 });
    });
  });
}
