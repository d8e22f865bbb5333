/** Moves a terminal's cursor, is not seen, or changes the direction of what follows. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

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
