/** The server refuses longer ones. The important part of a URL is at its beginning. */
const maxChars = 2_000;

/** Where a text is cut within a `%C3%A9`: what may be the beginning of a character in UTF-8. */
const begunCharacter = /%(.?|[c-f].(%..){0,2}.{0,2})$/i;

/**
 * The address to send for a page: absolute and in ASCII, as browsers write it, so that a character
 * is a byte. A long one is cut, but never within a character.
 */
export function urlToSend(url: string, base: string): string {
  const { href } = new URL(url, base);
  return href.length > maxChars ? href.slice(0, maxChars).replace(begunCharacter, '') : href;
}

/** A path in one spelling, to compare: `/%7Eme` is `/~me`. */
export function sameSpelling(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path; // its `%` stand for no text
  }
}
