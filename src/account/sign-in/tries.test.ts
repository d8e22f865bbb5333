import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Home } from '../../home/home.ts';
import { dayMs, minuteMs } from '../../lib/clock.ts';
import { openOwnSecret } from './own-secret.ts';
import { triesPartition } from './rows.ts';
import { openTries, type Tries } from './tries.ts';

let home: Home;
let tries: Tries;
let nowMs: number;

/** Always the same secret, so that which tries fall together is no luck. */
const secret = async () => Buffer.alloc(32, 7);

/** As another server, or the same one after a restart, has it. */
const open = () => openTries(home, { clock: () => nowMs, secret });

beforeEach(() => {
  nowMs = Date.parse('2026-11-28T12:00:00Z');
  home = openMemoryHome();
  tries = open();
});

const ann = { account: 'ann@example.com', address: '192.0.2.1' };

/** An address that nothing is known of. */
const from = (i: number) => ({ ...ann, address: `198.51.${i >> 8}.${i & 255}` });

/** So many seconds a try has to wait; 0 where it is counted. */
async function waitOf(one: typeof ann, by = tries): Promise<number> {
  return by.begin(one).then(
    () => 0,
    (error) => {
      expect(error.fault).toBe('too-many');
      return error.retryAfterS as number;
    },
  );
}

/** Tries again and again, as soon as it may; gives the waits. */
async function tryFor(count: number, next: (i: number) => typeof ann): Promise<number[]> {
  const waits: number[] = [];
  for (let i = 0; i < count; i++) {
    const wait = await waitOf(next(i));
    nowMs += wait * 1_000;
    if (wait > 0) expect(await waitOf(next(i))).toBe(0);
    waits.push(wait);
  }
  return waits;
}

test('an account that is tried from everywhere waits twice as long each time, a minute at most', async () => {
  expect(await tryFor(14, from)).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('an address that tries many accounts waits up to a quarter of an hour', async () => {
  const waits = await tryFor(24, (i) => ({ ...ann, account: `person ${i}` }));
  expect(waits.slice(0, 14)).toEqual([...Array<number>(10).fill(0), 1, 2, 4, 8]);
  expect(waits.slice(-5)).toEqual([512, 900, 900, 900, 900]);
});

test('the many addresses of one customer’s IPv6 are one', async () => {
  const waits = await tryFor(12, (i) => ({
    account: `person ${i}`,
    address: `2001:db8:1:2::${i}`,
  }));
  expect(waits.slice(-2)).toEqual([1, 2]);
});

test('another server, and the same one after a restart, goes on counting', async () => {
  await tryFor(8, from);
  expect(await waitOf(from(100), open())).toBe(8);
});

test('many at once get no more tries than one after the other', async () => {
  const waits = await Promise.all(Array.from({ length: 40 }, (_, i) => waitOf(from(i))));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
});

test('where somebody has signed in lately, tries of strangers do not slow him', async () => {
  await tries.begin(ann);
  await tries.succeed(ann);
  await tryFor(12, from);
  expect(await waitOf(from(100))).toBe(60);
  expect(await waitOf(ann)).toBe(0);
  nowMs += 30 * dayMs;
  expect(await waitOf(ann)).toBe(0);
  await tryFor(12, from);
  expect(await waitOf(ann)).toBe(60);
});

test('elsewhere he waits for a minute at most, however long they go on', async () => {
  await tryFor(50, from);
  nowMs += minuteMs;
  expect(await waitOf(ann)).toBe(0);
});

test('a right password forgets the tries on its account, not those of its address', async () => {
  await tryFor(7, () => ann);
  nowMs += 60_000;
  await tries.begin(ann);
  await tries.succeed(ann);
  expect(await waitOf(from(1))).toBe(0);
  expect(await tryFor(5, (i) => ({ ...ann, account: `other ${i}` }))).toEqual([0, 0, 0, 1, 2]);
});

test('a try that is taken back counts nowhere, and makes no address known', async () => {
  for (let i = 0; i < 30; i++) {
    await tries.begin(ann);
    await tries.takeBack(ann);
  }
  const rows = await home.rows.scan(triesPartition);
  expect(rows.map(({ sort }) => sort.replace(/\/.*/, ''))).toEqual(['account', 'address']);
});

test('right passwords alone never have to wait', async () => {
  for (let i = 0; i < 30; i++) {
    await tries.begin(ann);
    await tries.succeed(ann);
  }
});

test('a day later they are forgotten, and swept away', async () => {
  await tryFor(12, from);
  nowMs += dayMs;
  expect(await waitOf(ann)).toBe(0);
  await tries.sweep(nowMs + 2 * dayMs);
  expect(await home.rows.count(triesPartition)).toBe(0);
});

test('a clock that was set back makes nobody wait longer than ever', async () => {
  await tryFor(12, from);
  nowMs -= 7 * dayMs;
  expect(await waitOf(ann)).toBe(0);
});

test('no address and no account is written', async () => {
  await tries.begin(ann);
  await tries.succeed(ann);
  await tries.begin(from(1));
  const rows = await home.rows.scan(triesPartition);
  expect(rows.map(({ sort }) => sort.replace(/\/.*/, ''))).toEqual([
    'account',
    'address',
    'address',
    'known',
  ]);
  for (const { sort } of rows)
    expect(sort).toMatch(/^((account|address)\/[0-9a-f]{4}|known\/[0-9a-f]{32})$/);
  expect(JSON.stringify(rows)).not.toMatch(/ann|192|198\.51/);
});

test('Daybook’s secret is one among servers that begin at once, and stays', async () => {
  const all = await Promise.all(
    Array.from({ length: 5 }, () => openOwnSecret(home, randomBytes)()),
  );
  expect(new Set(all.map((secret) => secret.toString('hex'))).size).toBe(1);
  expect(all[0]).toHaveLength(32);
});
