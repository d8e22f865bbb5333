import type { Home } from '../home/home.ts';

const leasePartition = 'lease';

/**
 * Runs `work` if no other process does work of that name: so processes side by side share duties.
 * Gives undefined if another process does it. If a process dies, others may do its work after
 * `forMs`. Work that takes longer than that may be done by two at once.
 */
export async function withLease<T>(
  { rows }: Pick<Home, 'rows'>,
  { name, nowMs, forMs }: { readonly name: string; readonly nowMs: number; readonly forMs: number },
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
