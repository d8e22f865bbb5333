import type { Session } from '../duck/duck.ts';
import type { Day } from '../lib/site-days.ts';
import { type FilesOfDay, reachFiles } from './amend.ts';
import { cut } from './cut.ts';
import { dedupe } from './each-once.ts';
import { robots, type Tables, visitColumns } from './tables.ts';

/**
 * Merges the expanded hits into their days: each id once, its earliest; then recuts the visits of
 * the visitors that changed. `empty`: none of these days has hits yet. `files`: those that have
 * most of a day.
 */
export async function merge(
  session: Session,
  tables: Tables,
  empty: boolean,
  files: ReadonlyMap<Day, FilesOfDay> = new Map(),
): Promise<void> {
  const { hits, visits } = tables;
  await dedupe(session, hits);
  for (const [day, ofDay] of files) await reachFiles(session, tables, day, ofDay);
  if (empty && files.size === 0) {
    await cut(session, 'fresh', visits);
    await session.rows(`/* mount.insert */ INSERT INTO ${hits} FROM fresh`);
    return;
  }
  const [[count] = [0]] = await session.rows('/* mount.count */ SELECT count(*) FROM fresh');
  if (Number(count) === 0) return;
  await session.rows(`/* mount.changed */ CREATE TEMP TABLE changed AS
    FROM (
      SELECT day, visitor FROM fresh
      UNION SELECT day, visitor FROM ${hits} SEMI JOIN fresh USING (day, id)
    ) WHERE visitor <> ${robots}`);
  await session.rows(
    `/* mount.replaced */ DELETE FROM ${hits} AS h USING fresh WHERE h.day = fresh.day
      AND h.id = fresh.id`,
  );
  await session.rows(`/* mount.insert */ INSERT INTO ${hits} FROM fresh`);
  await session.rows(
    `/* mount.mine */ CREATE TEMP TABLE mine AS FROM ${hits} SEMI JOIN changed USING (day,
      visitor)`,
  );
  await session.rows(`/* mount.uncut */ DELETE FROM ${visits} AS v USING changed
    WHERE v.day = changed.day AND v.visitor = changed.visitor`);
  await cut(session, 'mine', visits);
  await session.rows(`/* mount.visit */ UPDATE ${hits} AS h
    SET visit = m.visit, scroll_depth = m.scroll_depth, engaged_ms = m.engaged_ms
    FROM mine AS m WHERE h.day = m.day AND h.id = m.id AND (h.visit IS DISTINCT FROM m.visit
      OR h.scroll_depth IS DISTINCT FROM m.scroll_depth
      OR h.engaged_ms IS DISTINCT FROM m.engaged_ms)`);
}

/**
 * Cuts the visits of one whole day in `fresh`, for a caller that needs them once. The tables belong
 * to this session, and are dropped when its transaction is rolled back.
 */
export async function cutAlone(session: Session): Promise<Tables> {
  await dedupe(session, undefined);
  await session.rows(`/* close.visits */ CREATE TEMP TABLE cut_visits (${visitColumns})`);
  await cut(session, 'fresh', 'cut_visits');
  return { hits: 'fresh', visits: 'cut_visits' };
}
