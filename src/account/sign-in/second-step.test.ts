import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Home } from '../../home/home.ts';
import { openSecondSteps, type SecondSteps } from './second-step.ts';
import { codeAt } from './totp.ts';

let home: Home;
let steps: SecondSteps;
let nowMs: number;

const code = (secret: string, off = 0) => codeAt(secret, Math.floor(nowMs / 30_000) + off);

beforeEach(() => {
  nowMs = Date.parse('2026-11-28T12:00:00Z');
  home = openMemoryHome();
  steps = openSecondSteps(home, { clock: () => nowMs, random: randomBytes });
});

async function turnOn() {
  const secret = await steps.begin('ann');
  const codes = await steps.confirm('ann', code(secret));
  nowMs += 30_000;
  return { secret, codes };
}

test('a secret holds only when a code has shown that an authenticator has it', async () => {
  const secret = await steps.begin('ann');
  expect(await steps.isOn('ann')).toBe(false);
  expect(await steps.take('ann', code(secret))).toBe(false);
  await expect(steps.confirm('ann', code(secret, 5))).rejects.toMatchObject({
    fault: 'bad-input',
    fields: { code: [expect.any(String)] },
  });
  await steps.confirm('ann', code(secret));
  expect(await steps.isOn('ann')).toBe(true);
  await expect(steps.begin('ann')).rejects.toMatchObject({ fault: 'conflict' });
});

test('a code is taken once, the one that confirmed too, and by one of many at once', async () => {
  const secret = await steps.begin('ann');
  await steps.confirm('ann', code(secret));
  expect(await steps.take('ann', code(secret))).toBe(false);
  nowMs += 30_000;
  const tries = await Promise.all(Array.from({ length: 8 }, () => steps.take('ann', code(secret))));
  expect(tries.filter(Boolean)).toHaveLength(1);
});

test('nobody else has this second step', async () => {
  const { secret } = await turnOn();
  expect(await steps.isOn('bob')).toBe(false);
  expect(await steps.take('bob', code(secret))).toBe(false);
  expect(await steps.codesLeft('bob')).toBeUndefined();
});

test('each of ten recovery codes is taken once, however it is spelled', async () => {
  const { codes } = await turnOn();
  expect(new Set(codes).size).toBe(10);
  expect(codes[0]).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  expect(await steps.take('ann', ` ${codes[0]!.toUpperCase().replaceAll('-', ' ')}`)).toBe(true);
  expect(await steps.take('ann', codes[0]!)).toBe(false);
  expect(await steps.codesLeft('ann')).toBe(9);
});

test('new recovery codes end the old ones', async () => {
  const { codes } = await turnOn();
  const renewed = await steps.renewCodes('ann');
  expect(await steps.take('ann', codes[0]!)).toBe(false);
  expect(await steps.take('ann', renewed[0]!)).toBe(true);
  await expect(steps.renewCodes('bob')).rejects.toMatchObject({ fault: 'not-found' });
});

test('recovery codes are stored as hashes only', async () => {
  const { codes } = await turnOn();
  const stored = JSON.stringify(await home.rows.scan('signin/ann'));
  for (const one of codes) {
    expect(stored).not.toContain(one);
    expect(stored).not.toContain(one.replaceAll('-', ''));
  }
});

test('a second step that is removed asks for nothing any more', async () => {
  const { codes } = await turnOn();
  await steps.remove('ann');
  expect(await steps.isOn('ann')).toBe(false);
  expect(await steps.take('ann', codes[0]!)).toBe(false);
});
