/**
 * A domain as Daybook keeps it: lower case, without scheme, `www.` and closing slash; a port and a path may
 * follow. Gives what is wrong with it as `{ error }`.
 */
export function readDomain(text: string): { domain: string } | { error: string } {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');
  const wellFormed = /^[\p{L}\p{N}]([\p{L}\p{N}_.-]*[\p{L}\p{N}])?(:\d{1,5})?(\/[\p{L}\p{N}._~/-]+)?$/u.test(
    bare,
  );
  return wellFormed && bare.length <= 253
    ? { domain: bare }
    : { error: `expected a domain such as example.com, got ${JSON.stringify(text.slice(0, 300))}` };
}
