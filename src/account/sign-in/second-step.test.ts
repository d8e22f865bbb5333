import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Home } from '../../home/home.ts';
import { openPeople, type People, type Person } from '../people.ts';
import { openSecondSteps, type SecondSteps } from './second-step.ts';
import { codeAt } from './totp.ts';

let home: Home;
let people: People;
let steps: SecondSteps;
let ann: Person;
let bob: Person;
let nowMs: number;

const code = (secret: string, off = 0) => codeAt(secret, Math.floor(nowMs / 30_000) + off);

beforeEach(async () => {
  nowMs = Date.parse('2026-11-28T12:00:00Z');
  home = openMemoryHome();
  const parts = { clock: () => nowMs, random: randomBytes };
  people = openPeople(home, parts);
  steps = openSecondSteps({ people, ...parts });
  ann = await people.add({ email: 'ann@example.com', name: 'Ann', rights: { all: 'owner' } });
  bob = await people.add({ email: 'bob@example.com', name: 'Bob', rights: { all: 'owner' } });
});

async function turnOn() {
  const { secret } = steps.begin(ann);
  const { codes, person } = await steps.turnOn(ann.id, { secret, code: code(secret) });
  return { secret, codes, person };
}

test('a secret holds only when a code has shown that an authenticator has it', async () => {
  const { secret, uri } = steps.begin(ann);
  expect(uri).toContain(`otpauth://totp/Daybook:ann%40example.com?secret=${secret}`);
  expect(await steps.take(ann.id, code(secret))).toBe(false);
  await expect(steps.turnOn(ann.id, { secret, code: code(secret, 5) })).rejects.toMatchObject({
    fields: { code: [expect.any(String)] },
  });
  await expect(steps.turnOn(ann.id, { secret: 'AAAA', code: code('AAAA') })).rejects.toMatchObject({
    fields: { secret: [expect.any(String)] },
  });
  expect((await people.find(ann.id))!.totp).toBeUndefined();
  const { person } = await steps.turnOn(ann.id, { secret, code: code(secret) });
  expect(() => steps.begin(person)).toThrow(expect.objectContaining({ fault: 'conflict' }));
  await expect(steps.turnOn(ann.id, { secret, code: code(secret) })).rejects.toMatchObject({
    fault: 'conflict',
  });
});

test('turning it on, and off, ends the sessions from before', async () => {
  const { person } = await turnOn();
  expect(person.stamp).not.toBe(ann.stamp);
  expect((await steps.turnOff(ann.id)).stamp).not.toBe(person.stamp);
});

test('a code is taken once, the one that turned it on too, and by one of many at once', async () => {
  const { secret } = await turnOn();
  expect(await steps.take(ann.id, code(secret))).toBe(false);
  nowMs += 30_000;
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => steps.take(ann.id, code(secret))),
  );
  expect(tries.filter(Boolean)).toHaveLength(1);
});

test('nobody else has this second step', async () => {
  const { secret } = await turnOn();
  nowMs += 30_000;
  expect(await steps.take(bob.id, code(secret))).toBe(false);
});

test('each of ten recovery codes is taken once, however it is spelled', async () => {
  const { codes } = await turnOn();
  expect(new Set(codes).size).toBe(10);
  expect(codes[0]).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  expect(await steps.take(ann.id, ` ${codes[0]!.toUpperCase().replaceAll('-', ' ')}`)).toBe(true);
  expect(await steps.take(ann.id, codes[0]!)).toBe(false);
  expect((await people.find(ann.id))!.recoveryCodes).toHaveLength(9);
});

test('new recovery codes end the old ones', async () => {
  const { codes } = await turnOn();
  const renewed = await steps.renewCodes(ann.id);
  expect(await steps.take(ann.id, codes[0]!)).toBe(false);
  expect(await steps.take(ann.id, renewed[0]!)).toBe(true);
});

test('recovery codes are stored as hashes only', async () => {
  const { codes } = await turnOn();
  const stored = JSON.stringify(await people.list());
  for (const one of codes) {
    expect(stored).not.toContain(one);
    expect(stored).not.toContain(one.replaceAll('-', ''));
  }
});

test('a second step that is turned off takes no code any more', async () => {
  const { codes } = await turnOn();
  expect(await steps.turnOff(ann.id)).not.toHaveProperty('totp');
  expect(await steps.take(ann.id, codes[0]!)).toBe(false);
});
