import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { withLease } from './lease.ts';

const minute = 60_000;

test('of two at once one works', async () => {
  const home = openMemoryHome();
  let end = () => {};
  const first = withLease(
    home,
    'a',
    0,
    minute,
    () => new Promise<void>((resolve) => (end = resolve)),
  );
  await new Promise(setImmediate);
  expect(await withLease(home, 'a', 1, minute, async () => 'second')).toBeUndefined();
  expect(await withLease(home, 'b', 1, minute, async () => 'other')).toEqual({ done: 'other' });
  end();
  await first;
  expect(await withLease(home, 'a', 2, minute, async () => 'third')).toEqual({ done: 'third' });
});

test('of those that see it free at once, one works', async () => {
  const home = openMemoryHome();
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, i) => withLease(home, 'a', i, minute, async () => i)),
  );
  expect(all.filter((done) => done !== undefined)).toHaveLength(1);
});

test('failed work leaves it free; that of the dead is free in time', async () => {
  const home = openMemoryHome();
  const failing = withLease(home, 'a', 0, minute, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withLease(home, 'a', 1, minute, async () => 'next')).toEqual({ done: 'next' });
  void withLease(home, 'a', 2, minute, () => new Promise(() => {}));
  await new Promise(setImmediate);
  expect(await withLease(home, 'a', minute, minute, async () => 'early')).toBeUndefined();
  expect(await withLease(home, 'a', minute + 2, minute, async () => 'later')).toEqual({
    done: 'later',
  });
});
