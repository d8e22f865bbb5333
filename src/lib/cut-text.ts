/** The beginning of a `%C3%A9`: of a character in one to four bytes of UTF-8. */
const begunBytes = /%(.?|[cd].(%.?)?|e.(%..)?(%.?)?|f.(%..){0,2}(%.?)?)$/i;

/** The first half of a character in two units of UTF-16. */
const begunPair = /[\ud800-\udbff]$/;

/** At most so many characters of a text or a URL, encoded ones whole too. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return text.slice(0, maxChars).replace(begunPair, '').replace(begunBytes, '');
}
