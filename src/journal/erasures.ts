import { type Home, scanAll } from '../home/home.ts';
import { pageMatcher } from '../lib/page-patterns.ts';
import { type Day, dayEnd, dayStart, type ZoneSpan } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import type { Hit } from '../model/hit.ts';
import { erasurePartition, timeText } from './keys.ts';

/**
 * Keys ascend with the time they were made. `settled`: it was applied to every closed day.
 */
export type KeptErasure = Erasure & { readonly key: string; readonly settled?: true };

type Source = Pick<Home, 'rows'>;

export async function readErasures({ rows }: Source, siteId: string): Promise<KeptErasure[]> {
  const erasures: KeptErasure[] = [];
  for await (const { sort: key, value } of scanAll(rows, erasurePartition(siteId)))
    erasures.push({ ...(JSON.parse(value) as Erasure), key });
  return erasures;
}

/** Gives its key; `id` is random. */
export async function keepErasure(
  { rows }: Source,
  siteId: string,
  erasure: Erasure,
  id: string,
): Promise<string> {
  const sort = `${timeText(erasure.madeMs)}/${id}`;
  await rows.append([
    { partition: erasurePartition(siteId), sort, value: JSON.stringify(erasure) },
  ]);
  return sort;
}

export async function settleErasure(
  { rows }: Source,
  siteId: string,
  { key, ...erasure }: KeptErasure,
): Promise<void> {
  const value = JSON.stringify({ ...erasure, settled: true });
  await rows.append([{ partition: erasurePartition(siteId), sort: key, value }]);
}

/** Those that may erase hits of a day. */
export function erasuresOf<T extends Erasure>(
  erasures: readonly T[],
  zones: readonly ZoneSpan[],
  day: Day,
): T[] {
  if (erasures.length === 0) return [];
  const [startMs, endMs] = [dayStart(zones, day), dayEnd(zones, day)];
  return erasures.filter(
    ({ madeMs, fromMs = startMs, toMs = endMs }) =>
      startMs <= madeMs && fromMs < endMs && toMs > startMs,
  );
}

/** Whether a hit is erased: the same rule as in SQL, for callers that read rows one by one. */
export function isErasedBy(erasures: readonly Erasure[]): (hit: Hit) => boolean {
  const judges = erasures.map(
    ({ madeMs, fromMs = 0, toMs = Number.POSITIVE_INFINITY, pages, hostname, prop }) => {
      const onPage = pages === undefined ? () => true : pageMatcher(pages);
      return (hit: Hit) =>
        hit.time <= madeMs &&
        hit.time >= fromMs &&
        hit.time < toMs &&
        onPage(hit.page) &&
        (hostname === undefined || hit.hostname === hostname) &&
        (prop === undefined || hasProp(hit, prop));
    },
  );
  return (hit) => judges.some((judge) => judge(hit));
}

function hasProp({ props = {} }: Hit, { name, value }: NonNullable<Erasure['prop']>): boolean {
  return Object.hasOwn(props, name) && (value === undefined || props[name] === value);
}
