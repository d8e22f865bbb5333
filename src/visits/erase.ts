import type { Session, Value } from '../duck/duck.ts';
import { toUnsigned } from '../duck/parquet.ts';
import { pagePattern } from '../lib/page-patterns.ts';
import type { Day } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';

/**
 * Takes out of `fresh` (see `tables.ts`) the hits of a day that are erased; gives how many.
 */
export async function eraseFresh(
  session: Session,
  day: Day,
  erasures: readonly Erasure[],
): Promise<number> {
  if (erasures.length === 0) return 0;
  const values: Value[] = [day];
  const conditions = erasures.map((erasure) =>
    erasedSql(erasure, (value) => `$${values.push(value)}`),
  );
  const [[count] = [0]] = await session.rows(
    `/* mount.erase */ DELETE FROM fresh WHERE day = $1::DATE AND (${conditions.join(' OR ')})`,
    values,
  );
  return Number(count);
}

/**
 * The same for hits that can still be taken back: they are kept in a temporary table of this
 * session, `erased`, with the columns of `fresh`.
 */
export async function setErasedAside(
  session: Session,
  day: Day,
  erasures: readonly Erasure[],
): Promise<number> {
  const values: Value[] = [day];
  const conditions = erasures.map((erasure) =>
    erasedSql(erasure, (value) => `$${values.push(value)}`),
  );
  await session.rows(
    `/* close.erased */ CREATE TEMP TABLE erased AS
    SELECT * FROM fresh WHERE day = $1::DATE AND (${conditions.join(' OR ')})`,
    values,
  );
  return eraseFresh(session, day, erasures);
}

/**
 * How many hits of a day `from` reads (with the columns of the mounted tables) and an erasure
 * means.
 */
export async function countMeant(
  session: Session,
  from: string,
  day: Day,
  erasure: Erasure,
): Promise<number> {
  const values: Value[] = [day];
  const meant = erasedSql(erasure, (value) => `$${values.push(value)}`);
  const [[count] = [0]] = await session.rows(
    `/* erase.count */ SELECT count(*) FROM ${from} WHERE day = $1::DATE AND ${meant}`,
    values,
  );
  return Number(count);
}

function erasedSql(
  { madeMs, fromMs, toMs, pages, visitors, hostname, prop }: Erasure,
  bind: (value: Value) => string,
): string {
  const conditions = [`"time" <= ${bind(BigInt(madeMs))}::BIGINT`];
  if (fromMs !== undefined) conditions.push(`"time" >= ${bind(BigInt(fromMs))}::BIGINT`);
  if (toMs !== undefined) conditions.push(`"time" < ${bind(BigInt(toMs))}::BIGINT`);
  if (pages !== undefined) {
    const matches = pages.map((page) => `regexp_matches(page, ${bind(pagePattern(page))})`);
    conditions.push(`(${matches.join(' OR ')})`);
  }
  if (visitors !== undefined) {
    // In files, ids are signed.
    const among = visitors.map((id) => `${bind(BigInt(`0x${id}`))}::UBIGINT`);
    conditions.push(`${toUnsigned('visitor')} IN (${among.join(', ')})`);
  }
  if (hostname !== undefined) conditions.push(`hostname = ${bind(hostname)}`);
  if (prop !== undefined) {
    const value = `props[${bind(prop.name)}]`;
    conditions.push(
      prop.value === undefined ? `${value} IS NOT NULL` : `${value} = ${bind(prop.value)}`,
    );
  }
  return `coalesce(${conditions.join(' AND ')}, false)`;
}
