import { normalizedPage, shownPage } from '../../src/lib/page-path.ts';

export type PageViews = { readonly page: string; readonly views: number };

/**
 * How often each page was viewed: most viewed first, pages with equal counts by name. Items without
 * a path are left out.
 */
export function countByPage(items: readonly { readonly pagePath?: unknown }[]): PageViews[] {
  const counts = new Map<string, number>();
  for (const { pagePath } of items) {
    if (typeof pagePath !== 'string') continue;
    const page = shownPage(normalizedPage(pagePath));
    counts.set(page, (counts.get(page) ?? 0) + 1);
  }
  return [...counts]
    .map(([page, views]) => ({ page, views }))
    .sort((a, b) => b.views - a.views || (a.page < b.page ? -1 : 1));
}
