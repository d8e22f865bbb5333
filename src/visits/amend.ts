import type { Session } from '../duck/duck.ts';
import { toSigned } from '../duck/parquet.ts';
import type { Day } from '../lib/site-days.ts';
import { isKnownSql, orderColumns } from './each-once.ts';
import { besides, robots, type Tables } from './tables.ts';

/**
 * Files that have most of a day. Each gives a statement for the rows that a condition on the
 * file's own columns means, with the columns of the mounted tables.
 */
export type FilesOfDay = {
  readonly hits: (which: string) => string;
  readonly visits: (which: string) => string;
};

/**
 * Makes a day ready for `merge` of which most is in files. Takes out of `fresh` what the files
 * have already. Then mounts the visitors that fresh hits are of: all that the files have of them,
 * once as it is there (`besides`), and once among the mounted hits, where their visits are cut
 * again. A fresh hit may be earlier than the one of its id in the files: then that one's visitor is
 * mounted too.
 */
export async function reachFiles(
  session: Session,
  tables: Tables,
  day: Day,
  files: FilesOfDay,
): Promise<void> {
  const { before, touched } = besides(tables);
  await dropKnown(session, day, files);
  await session.rows(
    `/* amend.reached */ CREATE TEMP TABLE reached AS
    SELECT visitor, ${toSigned('visitor')} AS signed FROM (
      SELECT visitor FROM fresh WHERE day = $1::DATE AND visitor <> ${robots}
      UNION SELECT visitor FROM met
    ) ANTI JOIN (FROM ${touched} WHERE day = $1::DATE) AS t USING (visitor)`,
    [day],
  );
  // Of most new visitors, the files have nothing: first the visitors alone are read.
  const which = 'visitor IN (SELECT signed FROM reached)';
  const [[count, seen] = [0, 0]] = await session.rows(
    `/* amend.seen */ SELECT (SELECT count(*) FROM reached),
      (SELECT count(visitor) FROM (${files.hits(which)}))`,
  );
  if (Number(seen) > 0) {
    await session.rows(`/* amend.hits */ CREATE TEMP TABLE theirs AS ${files.hits(which)}`);
    await session.rows(`/* amend.hits */ INSERT INTO ${before.hits} BY NAME FROM theirs`);
    await session.rows(
      `/* amend.visits */ INSERT INTO ${before.visits} BY NAME ${files.visits(which)}`,
    );
    await session.rows(`/* amend.mount */ INSERT INTO ${tables.hits} BY NAME
      SELECT * REPLACE (NULL AS visit,
        CASE WHEN NOT pageview THEN scroll_depth END AS scroll_depth,
        CASE WHEN NOT pageview THEN engaged_ms END AS engaged_ms) FROM theirs`);
    await session.rows('/* amend.end */ DROP TABLE theirs');
  }
  if (Number(count) > 0)
    await session.rows(
      `/* amend.touched */ INSERT INTO ${touched} SELECT $1::DATE, visitor, signed FROM reached`,
      [day],
    );
  await session.rows('/* amend.end */ DROP TABLE reached');
  await session.rows('/* amend.end */ DROP TABLE met');
}

/**
 * Takes out of `fresh` the hits that are no earlier than those of their ids in the files. The
 * others are left in `met`, as the files have them.
 */
async function dropKnown(session: Session, day: Day, { hits }: FilesOfDay): Promise<void> {
  await session.rows(
    `/* amend.ids */ CREATE TEMP TABLE ids AS SELECT ${toSigned('id')} AS id FROM fresh
    WHERE day = $1::DATE`,
    [day],
  );
  // Hardly ever there is one: first the ids alone are read.
  const which = 'id IN (FROM ids)';
  const [[known] = [0]] = await session.rows(
    `/* amend.known */ SELECT count(id) FROM (${hits(which)})`,
  );
  const columns = `id, ${orderColumns.join(', ')}`;
  await session.rows(`/* amend.met */ CREATE TEMP TABLE met AS
    SELECT ${columns} FROM (${hits(Number(known) === 0 ? 'false' : which)})`);
  await session.rows(
    `/* amend.once */ DELETE FROM fresh USING met AS known
    WHERE fresh.day = $1::DATE AND fresh.id = known.id AND ${isKnownSql}`,
    [day],
  );
  await session.rows(
    `/* amend.met */ DELETE FROM met WHERE id NOT IN (SELECT id FROM fresh WHERE day = $1::DATE)`,
    [day],
  );
  await session.rows('/* amend.end */ DROP TABLE ids');
}
