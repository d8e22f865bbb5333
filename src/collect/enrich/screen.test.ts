import fc from 'fast-check';
import { expect, test } from 'vitest';
import { screenClass } from './screen.ts';

test.each([
  [1, 'Mobile'],
  [575, 'Mobile'],
  [575.9, 'Mobile'],
  [576, 'Tablet'],
  [991, 'Tablet'],
  [992, 'Laptop'],
  [1439, 'Laptop'],
  [1440, 'Desktop'],
  [7680, 'Desktop'],
  [0, undefined],
  [-5, undefined],
  [Number.NaN, undefined],
])('%d px is %s', (width, expected) => {
  expect(screenClass(width)).toBe(expected);
});

test('every positive number has a class', () => {
  fc.assert(
    fc.property(
      fc.double(),
      (width) =>
        (screenClass(width) !== undefined) === (width > 0 && width < Number.POSITIVE_INFINITY),
    ),
  );
});
