import { type Home, scanAll } from '../home/home.ts';
import { pageMatcher } from '../lib/page-patterns.ts';
import { type Day, dayEnd, dayStart, type ZoneSpan } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import type { Hit } from '../model/hit.ts';
import { lastTakenBackMs } from '../model/times.ts';
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

/** Unless it was taken back since it was read. */
export async function settleErasure(
  { rows }: Source,
  siteId: string,
  { key, takenBackMs }: KeptErasure,
): Promise<void> {
  const partition = erasurePartition(siteId);
  const text = await rows.get(partition, key);
  if (text === undefined) return;
  const now = JSON.parse(text) as Erasure;
  if (now.takenBackMs !== takenBackMs) return;
  const value = JSON.stringify({ ...now, settled: true });
  await rows.putIf({ partition, sort: key, value }, text);
}

/** Gives false where it is too late: what it means is destroyed, or about to be. */
export async function takeBackErasure(
  { rows }: Source,
  siteId: string,
  { key }: Pick<KeptErasure, 'key'>,
  nowMs: number,
): Promise<boolean> {
  const partition = erasurePartition(siteId);
  for (;;) {
    const text = await rows.get(partition, key);
    if (text === undefined) return false;
    const { settled: _, ...erasure } = JSON.parse(text) as Omit<KeptErasure, 'key'>;
    if (erasure.takenBackMs !== undefined) return true;
    if (!mayTakeBack(erasure, nowMs)) return false;
    const value = JSON.stringify({ ...erasure, takenBackMs: nowMs });
    if (await rows.putIf({ partition, sort: key, value }, text)) return true;
  }
}

export const mayTakeBack = ({ takenBackMs, destroyMs, madeMs }: Erasure, nowMs: number) =>
  takenBackMs === undefined && nowMs < lastTakenBackMs(destroyMs ?? madeMs);

/** Those that stand and may erase hits of a day. */
export function erasuresOf<T extends Erasure>(
  erasures: readonly T[],
  zones: readonly ZoneSpan[],
  day: Day,
): T[] {
  return touching(erasures, zones, day).filter(isStanding);
}

/** Those that may concern hits of a day, whether they stand or were taken back. */
export function touching<T extends Erasure>(
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

const isStanding = ({ takenBackMs }: Erasure) => takenBackMs === undefined;

/**
 * How often a site's erasures have changed: each was made, and some were taken back. A closed day
 * keeps this number, and so says which of them it knows.
 */
export const changesOf = (erasures: readonly Erasure[]) =>
  erasures.reduce((sum, erasure) => sum + (isStanding(erasure) ? 1 : 2), 0);

/** Whether a hit is erased: the same rule as in SQL, for callers that read rows one by one. */
export function isErasedBy(erasures: readonly Erasure[]): (hit: Hit) => boolean {
  const rules = erasures.filter(isStanding).map((erasure) => {
    const { madeMs, fromMs = 0, toMs = Number.POSITIVE_INFINITY, pages } = erasure;
    const { visitors, hostname, prop } = erasure;
    const onPage = pages === undefined ? () => true : pageMatcher(pages);
    return (hit: Hit) =>
      hit.time <= madeMs &&
      hit.time >= fromMs &&
      hit.time < toMs &&
      onPage(hit.page) &&
      (visitors === undefined || visitors.includes(hit.visitor)) &&
      (hostname === undefined || hit.hostname === hostname) &&
      (prop === undefined || hasProp(hit, prop));
  });
  return (hit) => rules.some((erases) => erases(hit));
}

function hasProp({ props = {} }: Hit, { name, value }: NonNullable<Erasure['prop']>): boolean {
  return Object.hasOwn(props, name) && (value === undefined || props[name] === value);
}
