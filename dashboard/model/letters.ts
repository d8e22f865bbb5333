import { toUnicode } from 'punycode/punycode.es6.js';
import { shownPage } from '../../src/lib/page-path.ts';

/** A host with what stands behind it, in letters; behind them the host in ASCII if it differs. */
export function showHost(text: string): string {
  const [, host = '', rest = ''] = /^([^/:]*)(.*)$/s.exec(text) ?? [];
  const letters = inLetters(host);
  return `${letters}${shownPage(rest)}${letters === host ? '' : ` (${host})`}`;
}

function inLetters(host: string): string {
  try {
    return toUnicode(host);
  } catch {
    return host; // no valid punycode
  }
}
