/**
 * Pages (a path, in hash mode with its `#fragment`) are stored and compared in one spelling, so
 * that `/%c3%bc`, `/%C3%BC` and `/ü` are one page. It is that of RFC 3986, section 6.2.2: hex
 * digits are capitals; what may stand for itself in a path is not encoded (letters, digits,
 * `-._~!$&'()*+,;=:@`, and `^` and `|`, which browsers do not encode); all else is, but for the
 * separators `/ ? # [ ]` and `\`, which stay as they were sent. A `%` that encodes nothing is
 * `%25`.
 */

/** What a page consists of in that spelling, besides `%XX`; within `[]` of a regular expression. */
export const plainInPages = '!#$&-;=?-_a-z|~';

/** The `%XX` that are not needed, in capitals: what they stand for may stand for itself. */
export const needlesslyEncoded =
  '^%(2[146-9A-E]|3[0-9ABD]|4[0-9A-F]|5[0-9AEF]|6[1-9A-F]|7[0-9ACE])$';

const unusual = new RegExp(`[^${plainInPages}]`);

const pieces = new RegExp(`%[0-9A-Fa-f]{2}|[^${plainInPages}]`, 'gu');

const needless = new RegExp(needlesslyEncoded);

/** The page in the spelling that is stored. The same in SQL: `visits/page-sql.ts`. */
export function normalizedPage(page: string): string {
  return unusual.test(page) ? page.replace(pieces, normalizedPiece) : page;
}

function normalizedPiece(piece: string): string {
  if (piece.length < 3) return isLoneSurrogate(piece) ? '%EF%BF%BD' : encodeURIComponent(piece);
  const encoded = piece.toUpperCase();
  return needless.test(encoded) ? decodeURIComponent(encoded) : encoded;
}

const isLoneSurrogate = (char: string) => /\p{Cs}/u.test(char);

/** Sequences of `%XX` that may be one character in UTF-8. */
const encodedCharacters = new RegExp(
  ['%[0-7]x', '%[CD]x%[89AB]x', '%Ex(?:%[89AB]x){2}', '%F[0-7](?:%[89AB]x){3}']
    .join('|')
    .replaceAll('x', '[0-9A-F]'),
  'g',
);

/** Not shown decoded: separators, controls, and what is invisible or changes the direction. */
const keptEncoded =
  /[/?#[\]\\\p{Cc}\p{Zl}\p{Zp}\u00a0\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * A page as people read it: in letters where it is valid UTF-8. `normalizedPage` makes the stored
 * spelling of it again, so it may be typed where a page is asked for.
 */
export function shownPage(page: string): string {
  return page.replace(encodedCharacters, (encoded: string, at: number) => {
    const next = page.slice(at + encoded.length);
    if (encoded === '%25') return /^[0-9A-Fa-f]{2}/.test(next) ? encoded : '%';
    try {
      const char = decodeURIComponent(encoded);
      return keptEncoded.test(char) ? encoded : char;
    } catch {
      return encoded;
    }
  });
}
