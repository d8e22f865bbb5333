import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Rows } from '../home/home.ts';
import { openBooks, readCounts } from './books.ts';

const day = '2026-11-22';

test('what is counted is added to what the books have', async () => {
  const home = openMemoryHome();
  const books = openBooks(home);
  books.count('a', day, 'stored');
  books.count('a', day, 'stored', 2);
  books.count('a', day, 'dropped:bot');
  books.count('a', '2026-11-23', 'stored');
  await books.flush();
  await books.flush();
  books.count('a', day, 'stored');
  await books.flush();
  expect(await readCounts(home, 'a', day)).toEqual({ stored: 4, 'dropped:bot': 1 });
  expect(await readCounts(home, 'a', '2026-11-23')).toEqual({ stored: 1 });
  expect(await readCounts(home, 'b', day)).toEqual({});
});

test('what cannot be written is kept for the next time, and all else is written', async () => {
  const home = openMemoryHome();
  let failures = 1;
  const add: Rows['add'] = async (key, counts) => {
    if (key.partition.endsWith('/a') && failures-- > 0) throw new Error('the disk is full');
    await home.rows.add(key, counts);
  };
  const books = openBooks({ rows: { ...home.rows, add } });
  books.count('a', day, 'stored', 3);
  books.count('b', day, 'stored', 5);
  await expect(books.flush()).rejects.toThrow('the disk is full');
  books.count('a', day, 'stored');
  await books.flush();
  expect(await readCounts(home, 'a', day)).toEqual({ stored: 4 });
  expect(await readCounts(home, 'b', day)).toEqual({ stored: 5 });
});
