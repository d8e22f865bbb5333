import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['letters, emoji and spaces', 'Größe 日本 👩🏽 نص a\tb\nc', 'Größe 日本 👩🏽 نص a\tb\nc'],
  ['a change of direction', 'evil\u202egnp.exe\u2066', 'evil\\u202egnp.exe\\u2066'],
  ['a terminal’s own commands', '\u001b[2J\u009b31m\r\u0007', '\\u001b[2J\\u009b31m\\u000d\\u0007'],
  ['what is not seen', 'a\u200bb\u00adc\ufeff', 'a\\u200bb\\u00adc\\ufeff'],
  ['tags beyond the first plane', 'a\u{e0041}', 'a\\udb40\\udc41'],
])('%s', (_, text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('a line of JSON stays the same JSON', () => {
  const value = { name: 'a\u202eb\u0007\u{e0041}' };
  expect(JSON.parse(plainText(JSON.stringify(value)))).toEqual(value);
});
