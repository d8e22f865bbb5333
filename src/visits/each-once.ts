import type { Session } from '../duck/duck.ts';

/**
 * Leaves in `fresh` the hits that are new to their day, or earlier than the one of their id that is
 * known.
 */
export async function dedupe(session: Session, hits: string | undefined): Promise<void> {
  // A filter on parsed values would parse them once more for each: what is no hit is taken out
  // here.
  await session.rows(`/* mount.unfit */ DELETE FROM fresh
    WHERE id IS NULL OR visitor IS NULL OR "time" IS NULL OR name IS NULL`);
  // Of two that were received in the same millisecond what they say decides, not the order in which
  // they are read.
  const order = (of: string) =>
    ['received', '"time"', 'name', 'page', 'visitor'].map((column) => `${of}.${column}`);
  const known =
    hits === undefined
      ? ['false AS late', '']
      : [
          `(${order('known')}) <= (${order('fresh')}) AS late`,
          `LEFT JOIN ${hits} AS known ON known.day = fresh.day AND known.id = fresh.id`,
        ];
  await session.rows(`/* mount.once */ DELETE FROM fresh WHERE rowid IN (
    SELECT place FROM (
      SELECT fresh.rowid AS place, ${known[0]},
        row_number() OVER (PARTITION BY fresh.day, fresh.id ORDER BY ${order('fresh')}) AS n
      FROM fresh ${known[1]}
    ) WHERE late OR n > 1)`);
}
