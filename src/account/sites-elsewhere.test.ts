import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openSites } from './sites.ts';

/**
 * Two processes on a home where reading a setting is paid for: each keeps what it has read for 5 s.
 */
function openTwo() {
  const memory = openMemoryHome();
  const clock = { nowMs: 1_800_000_000_000, reads: 0 };
  const rows = {
    ...memory.rows,
    get: (partition: string, sort: string) => {
      clock.reads++;
      return memory.rows.get(partition, sort);
    },
  };
  let ids = 0;
  const open = () =>
    openSites(
      { rows, settingsMaxAgeMs: 5_000 },
      () => clock.nowMs,
      () => `id${++ids}`,
    );
  return { here: open(), elsewhere: open(), clock };
}

test('a site added elsewhere is found within a second, a changed setting within five', async () => {
  const { here, elsewhere, clock } = openTwo();
  expect(await here.find('new.test')).toBeUndefined();
  await elsewhere.add('new.test');
  expect(await here.find('new.test')).toBeUndefined();
  clock.nowMs += 1_000;
  expect(await here.find('new.test')).toMatchObject({ domain: 'new.test', open: false });
  expect(await here.findDefault()).toMatchObject({ domain: 'new.test' });
  await elsewhere.set('new.test', { open: true });
  clock.nowMs += 4_999;
  expect(await here.find('new.test')).toMatchObject({ open: false });
  clock.nowMs += 1;
  expect(await here.find('new.test')).toMatchObject({ open: true });
});

test('what is changed here counts here at once', async () => {
  const { here } = openTwo();
  await here.add('own.test');
  await here.set('own.test', { open: true });
  expect(await here.find('own.test')).toMatchObject({ open: true });
  await here.remove('own.test');
  expect(await here.find('own.test')).toBeUndefined();
});

test('hits of unknown sites cost one read a second, of known sites one in five', async () => {
  const { here, clock } = openTwo();
  await here.add('there.test');
  await here.find('there.test');
  clock.reads = 0;
  for (let ms = 0; ms < 10_000; ms += 100) {
    clock.nowMs += 100;
    await Promise.all(Array.from({ length: 10 }, () => here.find('nowhere.test')));
  }
  expect(clock.reads).toBe(10);
  clock.reads = 0;
  for (let ms = 0; ms < 10_000; ms += 100) {
    clock.nowMs += 100;
    await Promise.all(Array.from({ length: 10 }, () => here.find('there.test')));
  }
  expect(clock.reads).toBe(2);
});
