import { cutText } from '../../lib/cut-text.ts';

const maxTitleChars = 500;

/**
 * A page's title as it is kept: white space and control characters as single spaces, at most 500
 * characters. Undefined for what is no text, or empty.
 */
export function readTitle(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const plain = value
    .slice(0, 8 * maxTitleChars)
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return cutText(plain, maxTitleChars).trimEnd() || undefined;
}
