import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { dayMs } from '../lib/clock.ts';
import { type Owner, openOwner } from './owner.ts';
import { openPeople, type People } from './people.ts';
import { openSessions, type Sessions, sessionDays, sessionId } from './sessions.ts';

let home: Home;
let owner: Owner;
let people: People;
let sessions: Sessions;
let key: string;
const startMs = Date.parse('2026-11-22T12:00:00Z');
let nowMs: number;

beforeEach(async () => {
  nowMs = startMs;
  home = openMemoryHome();
  owner = openOwner(home, randomBytes);
  people = openPeople(home, { clock: () => nowMs, random: randomBytes });
  sessions = openSessions(home, { owner, people }, () => nowMs, randomBytes);
  key = (await owner.makeFirstKey())!;
});

const isSignedIn = async (token: string) => (await sessions.of(token)) !== undefined;

test('a session ends 30 days after it was begun', async () => {
  const token = (await sessions.start(key))!;
  nowMs = startMs + sessionDays * dayMs - 1;
  expect(await isSignedIn(token)).toBe(true);
  nowMs++;
  expect(await isSignedIn(token)).toBe(false);
});

test('a new key ends the sessions of the one before', async () => {
  const token = (await sessions.start(key))!;
  const next = await owner.replaceKey();
  expect(await isSignedIn(token)).toBe(false);
  expect(await sessions.start(key)).toBeUndefined();
  expect(await isSignedIn((await sessions.start(next))!)).toBe(true);
});

test('a session that was ended is over, and no other one', async () => {
  const [one, other] = [(await sessions.start(key))!, (await sessions.start(key))!];
  await sessions.end(one);
  expect(await Promise.all([one, other].map(isSignedIn))).toEqual([false, true]);
});

test('sessions that have run out are forgotten, others are not', async () => {
  await sessions.start(key);
  nowMs += dayMs;
  const token = (await sessions.start(key))!;
  await sessions.sweep(startMs + sessionDays * dayMs);
  expect(await home.rows.count('sessions')).toBe(1);
  expect(await isSignedIn(token)).toBe(true);
});

test('what is stored of a session is neither its token nor the key', async () => {
  const token = (await sessions.start(key))!;
  const stored = JSON.stringify(await home.rows.scan('sessions'));
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(key);
});

test("somebody's session ends with their stamp, and with themselves", async () => {
  const ada = await people.add({ email: 'ada@a.test', name: 'Ada', rights: { all: 'viewer' } });
  const one = await sessions.startFor(ada, 'Firefox on Linux');
  expect((await sessions.of(one))?.person).toEqual(ada);
  await people.change(ada.id, (person) => ({ ...person, stamp: 'another' }));
  expect(await isSignedIn(one)).toBe(false);
  const changed = (await people.find(ada.id))!;
  const two = await sessions.startFor(changed);
  expect(await isSignedIn(two)).toBe(true);
  await people.remove(ada.id);
  expect(await isSignedIn(two)).toBe(false);
});

test('everyone sees and ends their own sessions alone', async () => {
  const rights = { all: 'viewer' } as const;
  const ada = await people.add({ email: 'ada@a.test', name: 'Ada', rights });
  const bob = await people.add({ email: 'bob@a.test', name: 'Bob', rights });
  const token = await sessions.startFor(ada, 'Firefox on Linux');
  await sessions.start(key);
  const [own] = await sessions.list(ada.id);
  expect(own).toMatchObject({ id: sessionId(token), client: 'Firefox on Linux' });
  expect(await sessions.list(bob.id)).toEqual([]);
  expect(await sessions.list(undefined)).toHaveLength(1);
  await expect(sessions.endOne(bob.id, own!.id)).rejects.toMatchObject({ fault: 'not-found' });
  await sessions.endOne(ada.id, own!.id);
  expect(await isSignedIn(token)).toBe(false);
});
