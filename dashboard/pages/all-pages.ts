import { base } from '../api/base.ts';
export type Analytics = {
  readonly Items: readonly { readonly pagePath?: unknown }[];
  readonly Count: number;
};

type Page = Analytics & { readonly LastEvaluatedKey?: string };

/**
 * Reads every row of `GET /analytics`. On Lambda, an answer that would be too long is cut, and says
 * where the next one begins. Gives the status where an answer was not 2xx.
 */
export async function readPages(
  fetch: (path: string) => Promise<Response>,
  domain: string | null,
): Promise<Analytics | { readonly status: number }> {
  const query = new URLSearchParams(domain === null ? {} : { site: domain });
  const items: Analytics['Items'][number][] = [];
  for (;;) {
    const answer = await fetch(`${base}/analytics${query.size === 0 ? '' : `?${query}`}`);
    if (!answer.ok) return { status: answer.status };
    const { Items, LastEvaluatedKey } = (await answer.json()) as Page;
    for (const item of Items) items.push(item);
    if (LastEvaluatedKey === undefined) return { Items: items, Count: items.length };
    query.set('ExclusiveStartKey', LastEvaluatedKey);
  }
}
