import type { Options } from '../options.ts';

/** Whether one of the patterns matches: `*` is a part of a path, `**` any number of parts. */
function matches(patterns: string, page: string): boolean {
  return patterns.split(',').some((pattern) => {
    const text = pattern.trim().replace(/[^\w*/]/g, '\\$&');
    return new RegExp(`^${text.replace(/\*+/g, (stars) => (stars[1] ? '.*' : '[^/]*'))}/?$`).test(
      page,
    );
  });
}

/** Why a page is not counted. */
export function leftOut({ exclude, include }: Options, page: string): string | undefined {
  if ((include && !matches(include, page)) || (exclude && matches(exclude, page)))
    return 'an excluded page';
}

/** The part of the query that makes another page. */
export function parametersOf({ queryParameters }: Options): string {
  const query = new URLSearchParams(location.search);
  return (queryParameters || '')
    .split(',')
    .map((name) => query.getAll(name.trim()))
    .join('&');
}
