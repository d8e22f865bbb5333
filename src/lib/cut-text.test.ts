import { expect, test } from 'vitest';
import { cutText } from './cut-text.ts';

test.each([
  ['plain letters', 'x'],
  ['letters in two units of UTF-16', '😀'],
  ['two bytes', '%C3%A9'],
  ['three bytes', '%E6%97%A5'],
  ['four bytes', '%f0%9f%98%80'],
  ['a line of all', 'a😀%C3%A9%E6%97%A5%F0%9F%98%80'],
])('a text is cut at a whole character, wherever the limit falls: %s', (_, part) => {
  const text = part.repeat(100);
  for (let max = 20; max <= 60; max++) {
    const cut = cutText(text, max);
    expect(cut.length).toBeLessThanOrEqual(max);
    expect(cut.length).toBeGreaterThan(max - 12);
    expect(decodeURI(text).startsWith(decodeURI(cut))).toBe(true);
    expect(Buffer.from(cut).toString()).toBe(cut);
  }
});

test('what is short enough stays as it is, malformed too', () => {
  expect(cutText('/%E6', 4)).toBe('/%E6');
  expect(cutText('/100%', 5)).toBe('/100%');
});
