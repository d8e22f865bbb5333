import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { dayMs } from '../lib/clock.ts';
import { type Owner, openOwner } from './owner.ts';
import { openSessions, type Sessions, sessionDays } from './sessions.ts';

let home: Home;
let owner: Owner;
let sessions: Sessions;
let key: string;
const startMs = Date.parse('2026-11-22T12:00:00Z');
let nowMs: number;

beforeEach(async () => {
  nowMs = startMs;
  home = openMemoryHome();
  owner = openOwner(home, randomBytes);
  sessions = openSessions(home, owner, () => nowMs, randomBytes);
  key = (await owner.makeFirstKey())!;
});

test('a session ends 30 days after it was begun', async () => {
  const token = (await sessions.start(key))!;
  nowMs = startMs + sessionDays * dayMs - 1;
  expect(await sessions.isSignedIn(token)).toBe(true);
  nowMs++;
  expect(await sessions.isSignedIn(token)).toBe(false);
});

test('a new key ends the sessions of the one before', async () => {
  const token = (await sessions.start(key))!;
  const next = await owner.replaceKey();
  expect(await sessions.isSignedIn(token)).toBe(false);
  expect(await sessions.start(key)).toBeUndefined();
  expect(await sessions.isSignedIn((await sessions.start(next))!)).toBe(true);
});

test('a session that was ended is over, and no other one', async () => {
  const [one, other] = [(await sessions.start(key))!, (await sessions.start(key))!];
  await sessions.end(one);
  expect(await Promise.all([one, other].map(sessions.isSignedIn))).toEqual([false, true]);
});

test('sessions that have run out are forgotten, others are not', async () => {
  await sessions.start(key);
  nowMs += dayMs;
  const token = (await sessions.start(key))!;
  await sessions.sweep(startMs + sessionDays * dayMs);
  expect(await home.rows.count('sessions')).toBe(1);
  expect(await sessions.isSignedIn(token)).toBe(true);
});

test('what is stored of a session is neither its token nor the key', async () => {
  const token = (await sessions.start(key))!;
  const stored = JSON.stringify(await home.rows.scan('sessions'));
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(key);
});
