import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * A domain as Daybook keeps it: lower case, in ASCII, without scheme, `www.`, the scheme's own
 * port, query and closing slash; another port and a path may follow. Gives what is wrong with it as
 * `{ error }`.
 */
export function readDomain(text: string): { domain: string } | { error: string } {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/[?#].*$/s, '')
    .replace(/^http:\/\/([^/]*):80(?=\/|$)/, '$1')
    .replace(/^https:\/\/([^/]*):443(?=\/|$)/, '$1')
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');
  const [, name = '', rest = ''] = /^([^:/]*)(.*)$/s.exec(bare) ?? [];
  const domain = domainToASCII(name) + rest;
  const wellFormed =
    /^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?(:\d{1,5})?(\/[\p{L}\p{N}._~-]+)*$/u.test(domain) &&
    !/\/\.{1,2}(\/|$)/.test(domain);
  return wellFormed && domain.length <= 253
    ? { domain }
    : { error: `expected a domain such as example.com, got ${JSON.stringify(text.slice(0, 300))}` };
}

/** A domain as it is shown: with its letters, not in ASCII. */
export function showDomain(domain: string): string {
  const [, name = '', rest = ''] = /^([^:/]*)(.*)$/s.exec(domain) ?? [];
  return domainToUnicode(name) + rest;
}
