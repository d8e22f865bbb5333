import { normalizedPage } from './page-path.ts';

/**
 * Whether a page matches one of the patterns: `*` is anything within a segment, `**` anything. How
 * page and pattern are spelled makes no difference (`page-path.ts`).
 */
export function pageMatcher(patterns: readonly string[]): (page: string) => boolean {
  const whole = patterns.map((pattern) => new RegExp(pagePattern(pattern)));
  return (page) => whole.some((expression) => expression.test(normalizedPage(page)));
}

/**
 * The same as the text of a regular expression over normalized pages, one that JavaScript and RE2
 * read alike.
 */
export function pagePattern(pattern: string): string {
  const parts = pattern
    .split(/(\*+)/)
    .map((part) =>
      part === '*'
        ? '[^/]*'
        : part.startsWith('**')
          ? '[\\s\\S]*'
          : escapeForRegExp(normalizedPage(part)),
    );
  return `^${parts.join('')}$`;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
