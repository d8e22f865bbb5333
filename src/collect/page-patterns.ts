/** Tells whether a path matches one of the patterns: `*` is anything within a segment, `**` anything. */
export function pageMatcher(patterns: readonly string[]): (page: string) => boolean {
  const whole = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split(/(\*+)/)
          .map((part) => (part === '*' ? '[^/]*' : part.startsWith('**') ? '.*' : escapeForRegExp(part)))
          .join('')}$`,
        's',
      ),
  );
  return (page) => whole.some((expression) => expression.test(page));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
