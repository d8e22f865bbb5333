import type { Home } from '../home/home.ts';

const leasePartition = 'lease';

/**
 * Runs `work` while no other process does work of that name: processes side by side share duties
 * so. Gives undefined where another is at it. A process that dies leaves the work to others after
 * `forMs`; work that takes longer may be done by two at once.
 */
export async function withLease<T>(
  { rows }: Pick<Home, 'rows'>,
  name: string,
  nowMs: number,
  forMs: number,
  work: () => Promise<T>,
): Promise<{ readonly done: T } | undefined> {
  const key = { partition: leasePartition, sort: name };
  const held = await rows.get(leasePartition, name);
  if (held !== undefined && (JSON.parse(held) as { untilMs: number }).untilMs > nowMs)
    return undefined;
  const mine = JSON.stringify({ untilMs: nowMs + forMs });
  if (!(await rows.putIf({ ...key, value: mine }, held))) return undefined;
  try {
    return { done: await work() };
  } finally {
    await rows.putIf({ ...key, value: JSON.stringify({ untilMs: 0 }) }, mine);
  }
}
