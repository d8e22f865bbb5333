import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Home } from '../../home/home.ts';
import { minuteMs } from '../../lib/clock.ts';
import { type Challenges, openChallenges } from './challenges.ts';
import { openOwnSecret } from './own-secret.ts';
import { takenPartition } from './rows.ts';

let home: Home;
let challenges: Challenges;
let nowMs: number;

beforeEach(() => {
  nowMs = Date.parse('2026-11-28T12:00:00Z');
  home = openMemoryHome();
  const secret = openOwnSecret(home, randomBytes);
  challenges = openChallenges(home, { clock: () => nowMs, random: randomBytes, secret });
});

test('a challenge holds for its purpose, for five minutes', async () => {
  const made = await challenges.make('sign-in');
  expect(await challenges.isGood(made, 'sign-in')).toBe(true);
  expect(await challenges.isGood(made, 'register ann')).toBe(false);
  nowMs += 5 * minuteMs;
  expect(await challenges.isGood(made, 'sign-in')).toBe(false);
});

test('it is taken once', async () => {
  const made = await challenges.make('sign-in');
  const taken = await Promise.all([1, 2, 3].map(() => challenges.take(made)));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test('one that was changed, or made elsewhere, is none', async () => {
  const made = Buffer.from(await challenges.make('sign-in'), 'base64url');
  for (let i = 0; i < made.length; i++) {
    const changed = Buffer.from(made);
    changed[i]! ^= 1;
    expect(await challenges.isGood(changed.toString('base64url'), 'sign-in')).toBe(false);
  }
  for (const text of ['', 'x', 'x'.repeat(10_000), made.toString('hex')])
    expect(await challenges.isGood(text, 'sign-in')).toBe(false);
});

test('who only asks leaves no row, and those of taken ones are swept', async () => {
  const made = await challenges.make('sign-in');
  await challenges.make('sign-in');
  expect(await home.rows.count(takenPartition)).toBe(0);
  await challenges.take(made);
  await challenges.sweep(nowMs);
  expect(await home.rows.count(takenPartition)).toBe(1);
  await challenges.sweep(nowMs + 5 * minuteMs);
  expect(await home.rows.count(takenPartition)).toBe(0);
});
