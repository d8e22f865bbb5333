import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { withLease } from './lease.ts';

const minute = 60_000;

test('of two at once one works', async () => {
  const home = openMemoryHome();
  let end = () => {};
  const first = withLease(
    home,
    { name: 'a', nowMs: 0, forMs: minute },
    () => new Promise<void>((resolve) => (end = resolve)),
  );
  await new Promise(setImmediate);
  expect(
    await withLease(home, { name: 'a', nowMs: 1, forMs: minute }, async () => 'second'),
  ).toBeUndefined();
  expect(
    await withLease(home, { name: 'b', nowMs: 1, forMs: minute }, async () => 'other'),
  ).toEqual({ done: 'other' });
  end();
  await first;
  expect(
    await withLease(home, { name: 'a', nowMs: 2, forMs: minute }, async () => 'third'),
  ).toEqual({ done: 'third' });
});

test('of those that see it free at once, one works', async () => {
  const home = openMemoryHome();
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      withLease(home, { name: 'a', nowMs: i, forMs: minute }, async () => i),
    ),
  );
  expect(all.filter((done) => done !== undefined)).toHaveLength(1);
});

test('failed work leaves it free; that of the dead is free in time', async () => {
  const home = openMemoryHome();
  const failing = withLease(home, { name: 'a', nowMs: 0, forMs: minute }, () =>
    Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await withLease(home, { name: 'a', nowMs: 1, forMs: minute }, async () => 'next')).toEqual(
    { done: 'next' },
  );
  void withLease(home, { name: 'a', nowMs: 2, forMs: minute }, () => new Promise(() => {}));
  await new Promise(setImmediate);
  expect(
    await withLease(home, { name: 'a', nowMs: minute, forMs: minute }, async () => 'early'),
  ).toBeUndefined();
  expect(
    await withLease(home, { name: 'a', nowMs: minute + 2, forMs: minute }, async () => 'later'),
  ).toEqual({
    done: 'later',
  });
});
