/** The server refuses longer ones, and leaves out a character that the cut has parted. */
const maxChars = 2_000;

/**
 * The address to send for a page: absolute and in ASCII, as browsers write it, so that a character
 * is a byte. The important part of a long one is at its beginning.
 */
export const urlToSend = (url: string, base: string): string =>
  new URL(url, base).href.slice(0, maxChars);

/** A path in one spelling, to compare: `/%7Eme` is `/~me`. */
export function sameSpelling(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path; // its `%` stand for no text
  }
}
