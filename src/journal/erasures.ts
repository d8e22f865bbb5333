import type { Hit } from '../collect/hit.ts';
import { type Home, scanAll } from '../home/home.ts';
import type { ClosedDay } from '../ledger/manifest.ts';
import { pageMatcher, pagePattern } from '../lib/page-patterns.ts';
import { type Day, dayEnd, dayStart, type ZoneSpan } from '../lib/site-days.ts';
import type { Session, Value } from './duckdb.ts';
import { erasurePartition, timeText } from './keys.ts';

/**
 * Hits that a site's owner wants gone: those that meet all that is said here. It stands for good and judges every row of its
 * time whenever a day is mounted or closed, so what is erased does not come back with a retry. A hit that happened after it was
 * made is not judged.
 */
export type Erasure = {
  readonly madeMs: number;
  /** The first instant that is meant. */
  readonly fromMs?: number;
  /** The first instant that is no longer meant. */
  readonly toMs?: number;
  /** `*` matches anything within a segment, `**` anything; one of them is enough. */
  readonly pages?: readonly string[];
  readonly hostname?: string;
  /** Hits that have the property, or have it with this value. */
  readonly prop?: { readonly name: string; readonly value?: string };
};

/** Keys ascend with the time they were made. `settled`: no closed day is left that has not been judged by it. */
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
  await rows.append([{ partition: erasurePartition(siteId), sort, value: JSON.stringify(erasure) }]);
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
    ({ madeMs, fromMs = startMs, toMs = endMs }) => startMs <= madeMs && fromMs < endMs && toMs > startMs,
  );
}

/** Whether there are erasures that a closed day may not have been judged by. Not by their keys: clocks differ. */
export function isUnjudged(
  { erasures: known = 0, pruned }: Pick<ClosedDay, 'erasures' | 'pruned'>,
  erasures: readonly Erasure[],
  { zones }: { readonly zones: readonly ZoneSpan[] },
  day: Day,
): boolean {
  return pruned === undefined && known < erasures.length && erasuresOf(erasures, zones, day).length > 0;
}

/** Takes out of `fresh` (see `mount-tables.ts`) the hits of a day that are erased; gives how many. */
export async function eraseFresh(session: Session, day: Day, erasures: readonly Erasure[]): Promise<number> {
  if (erasures.length === 0) return 0;
  const values: Value[] = [day];
  const conditions = erasures.map((erasure) => erasedSql(erasure, (value) => `$${values.push(value)}`));
  const [[count] = [0]] = await session.rows(
    `/* mount.erase */ DELETE FROM fresh WHERE day = $1::DATE AND (${conditions.join(' OR ')})`,
    values,
  );
  return Number(count);
}

/** Whether a hit is erased: the same as in SQL, for whoever reads rows one by one. */
export function judgeOf(erasures: readonly Erasure[]): (hit: Hit) => boolean {
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

/** How many hits of a day `from` reads (with the columns of the mounted tables) and an erasure means. */
export async function countMeant(
  session: Session,
  from: string,
  day: Day,
  erasure: Erasure,
): Promise<number> {
  const values: Value[] = [day];
  const meant = erasedSql(erasure, (value) => `$${values.push(value)}`);
  const [[count] = [0]] = await session.rows(
    `/* erase.count */ SELECT count(*) FROM (${from}) WHERE day = $1::DATE AND ${meant}`,
    values,
  );
  return Number(count);
}

function erasedSql(
  { madeMs, fromMs, toMs, pages, hostname, prop }: Erasure,
  bind: (value: Value) => string,
): string {
  const conditions = [`"time" <= ${bind(BigInt(madeMs))}::BIGINT`];
  if (fromMs !== undefined) conditions.push(`"time" >= ${bind(BigInt(fromMs))}::BIGINT`);
  if (toMs !== undefined) conditions.push(`"time" < ${bind(BigInt(toMs))}::BIGINT`);
  if (pages !== undefined) {
    const matches = pages.map((page) => `regexp_matches(page, ${bind(pagePattern(page))})`);
    conditions.push(`(${matches.join(' OR ')})`);
  }
  if (hostname !== undefined) conditions.push(`hostname = ${bind(hostname)}`);
  if (prop !== undefined) {
    const value = `props[${bind(prop.name)}]`;
    conditions.push(prop.value === undefined ? `${value} IS NOT NULL` : `${value} = ${bind(prop.value)}`);
  }
  return `coalesce(${conditions.join(' AND ')}, false)`;
}
