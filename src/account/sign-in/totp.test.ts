import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { base32, codeAt, newTotpSecret, qrCode, stepOf, totpUri } from './totp.ts';

/** The secret of RFC 6238's test vectors for SHA-1. */
const secret = base32(Buffer.from('12345678901234567890'));

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('RFC 6238, appendix B: at second %d the code is %s', (second, code) => {
  expect(codeAt(secret, Math.floor(second / 30), 8)).toBe(code);
  expect(stepOf(secret, code.slice(2), { nowMs: second * 1_000, lastStep: 0 })).toBe(
    Math.floor(second / 30),
  );
});

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648: %j is %j in Base32', (text, made) => {
  expect(base32(Buffer.from(text))).toBe(made);
});

const now = { nowMs: 1_000 * 30_000, lastStep: 0 };

test.each([
  [-2, undefined],
  [-1, 999],
  [0, 1_000],
  [1, 1_001],
  [2, undefined],
])('a clock may be one step off, no more: %d', (off, step) => {
  expect(stepOf(secret, codeAt(secret, 1_000 + off), now)).toBe(step);
});

test('a code is taken once, and none from before the last one', () => {
  const at = (step: number, lastStep: number) =>
    stepOf(secret, codeAt(secret, step), { ...now, lastStep });
  expect(at(1_000, 999)).toBe(1_000);
  expect(at(1_000, 1_000)).toBeUndefined();
  expect(at(999, 1_000)).toBeUndefined();
  expect(at(1_001, 1_000)).toBe(1_001);
});

test.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('%j is no code', (code) => {
  expect(stepOf(secret, code, now)).toBeUndefined();
});

test('blanks in a code are left out, as authenticators show them', () => {
  const code = codeAt(secret, 1_000);
  expect(stepOf(secret, `${code.slice(0, 3)} ${code.slice(3)} `, now)).toBe(1_000);
});

test('the URI names who signs in where, and its code is an image', async () => {
  const made = newTotpSecret(randomBytes);
  expect(made).toMatch(/^[A-Z2-7]{32}$/);
  const uri = totpUri(made, { name: 'ann & co@example.com', issuer: 'Daybook' });
  expect(uri).toBe(
    `otpauth://totp/Daybook:ann%20%26%20co%40example.com?secret=${made}&issuer=Daybook`,
  );
  expect(await qrCode(uri)).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox/);
});
