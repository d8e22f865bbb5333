/** Moves a terminal's cursor, is not seen, or changes the direction of what follows. */
const unprintable = new RegExp(
  [
    '[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f]',
    '[\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]',
  ].join('|'),
  'gu',
);

/**
 * A text as it may be printed on a terminal: all but tab and line feed that is no visible character
 * is written as JSON escapes it (`\u202e`), so that a line of JSON stays the same JSON.
 */
export function plainText(text: string): string {
  return text.replace(unprintable, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Whether it is a text to be shown in one line: not empty, no controls, and not too long. */
export const isPlainLine = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= maxLength &&
  !/[\p{Cc}\p{Cs}]/u.test(value);
