import type { Session } from '../duck/duck.ts';

/**
 * Of two that were received in the same millisecond what they say decides, not the order in which
 * they are read.
 */
export const orderColumns = ['received', '"time"', 'name', 'page', 'visitor'] as const;

const order = (of: string) => orderColumns.map((column) => `${of}.${column}`);

/** Whether a hit that is known is no later than a fresh one of its id. */
export const isKnownSql = `(${order('known')}) <= (${order('fresh')})`;

/**
 * Leaves in `fresh` the hits that are new to their day, or earlier than the one of their id that is
 * known.
 */
export async function dedupe(session: Session, hits: string | undefined): Promise<void> {
  // A filter on parsed values would parse them once more for each: what is no hit is taken out
  // here.
  await session.rows(`/* mount.unfit */ DELETE FROM fresh
    WHERE id IS NULL OR visitor IS NULL OR "time" IS NULL OR name IS NULL`);
  const known =
    hits === undefined
      ? ['false AS late', '']
      : [
          `${isKnownSql} AS late`,
          `LEFT JOIN ${hits} AS known ON known.day = fresh.day AND known.id = fresh.id`,
        ];
  await session.rows(`/* mount.once */ DELETE FROM fresh WHERE rowid IN (
    SELECT place FROM (
      SELECT fresh.rowid AS place, ${known[0]},
        row_number() OVER (PARTITION BY fresh.day, fresh.id ORDER BY ${order('fresh')}) AS n
      FROM fresh ${known[1]}
    ) WHERE late OR n > 1)`);
}
