import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkPassword, nobodysHash, openPasswords } from './passwords.ts';

const right = 'a lemon tree in March';

test('a password is known again by its hash, and no other one is', async () => {
  const { hash, isPassword } = openPasswords(randomBytes);
  const stored = await hash(right, 'a');
  expect(await isPassword(right, stored, 'a')).toBe(true);
  expect(await isPassword(`${right} `, stored, 'a')).toBe(false);
  expect(await hash(right, 'a')).not.toBe(stored);
});

test('one spelling: composed and decomposed letters are the same password', async () => {
  const { hash, isPassword } = openPasswords(randomBytes);
  const stored = await hash('müsli über alles'.normalize('NFD'), 'a');
  expect(await isPassword('müsli über alles'.normalize('NFC'), stored, 'a')).toBe(true);
});

test('the hash has OWASP’s parameters, and so has that which nobody’s password is compared with', async () => {
  const { hash, isPassword } = openPasswords(randomBytes);
  const parameters = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/;
  expect(await hash(right, 'a')).toMatch(parameters);
  expect(nobodysHash).toMatch(parameters);
  expect(await isPassword(right, undefined, 'a')).toBe(false);
});

test('the password of nobody’s hash lets nobody in', async () => {
  expect(await openPasswords(randomBytes).isPassword('x', undefined, 'a')).toBe(false);
});

test('who asks too often at once is told to wait, and others have their turn', async () => {
  const { isPassword } = openPasswords(randomBytes);
  const many = Array.from({ length: 12 }, () => isPassword(right, undefined, 'many'));
  const other = isPassword(right, undefined, 'other');
  const ended = await Promise.allSettled(many);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  for (const one of ended)
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({ fault: 'too-many', retryAfterS: 5 });
  expect(await other).toBe(false);
});

test('no more than a bounded number waits', async () => {
  const { isPassword } = openPasswords(randomBytes);
  const all = Array.from({ length: 80 }, (_, i) => isPassword(right, undefined, `asker ${i}`));
  const ended = await Promise.allSettled(all);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
  expect(ended.at(-1)).toMatchObject({ reason: { fault: 'unavailable', retryAfterS: 5 } });
});

test.each([
  ['too short', 'nine char', /expected 10 to 200 characters, got 9/],
  ['too long', 'ab cd ef gh'.repeat(20), /got 220/],
  ['the e-mail address', 'Ann.Archer@Example.com', /than the e-mail address/],
  ['the e-mail address’s name', 'ann.archer', /than the e-mail address/],
  ['a common one', 'Password123', /commonest/],
  ['a row of the keyboard', 'qwertyuiop', /commonest/],
  ['a row of digits', '1234567890', /commonest/],
  ['one with a year', '2026Welcome!!', /commonest/],
  ['a word twice', 'qwertyqwerty', /commonest/],
  ['few different characters', 'aaaaabbbbbcc', /commonest/],
])('%s is refused', (_, password, problem) => {
  expect(() => checkPassword(password, 'ann.archer@example.com')).toThrow(problem);
});

test.each([right, 'kx7-Blau-Tor', '猫が好きです、とても好き', '8305912764'])(
  '%s may be chosen',
  (password) => {
    expect(() => checkPassword(password, 'ann.archer@example.com')).not.toThrow();
  },
);
