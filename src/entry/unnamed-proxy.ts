import type { Home } from '../home/home.ts';

/**
 * A peer that has sent `X-Forwarded-For` to the server that runs, or ran last, and that is not
 * named as a proxy:
 *
 *   server   unnamed-proxy   {peer?}
 *
 * `peer` is there where the address is private, and nobody's.
 */
const key = { partition: 'server', sort: 'unnamed-proxy' };

export type UnnamedProxy = { readonly peer?: string };

export async function readUnnamedProxy({
  rows,
}: Pick<Home, 'rows'>): Promise<UnnamedProxy | undefined> {
  const text = await rows.get(key.partition, key.sort);
  return text === undefined ? undefined : (JSON.parse(text) as UnnamedProxy);
}

export const noteUnnamedProxy = ({ rows }: Pick<Home, 'rows'>, seen: UnnamedProxy) =>
  rows.append([{ ...key, value: JSON.stringify(seen) }]);

/** Of the server before. */
export const forgetUnnamedProxy = ({ rows }: Pick<Home, 'rows'>) => rows.remove([key]);
