import type { Session } from '../duck/duck.ts';
import { visitTextColumns } from '../model/fields.ts';
import { attachEngagement } from './engagement.ts';
import { robots } from './tables.ts';

/**
 * A visit ends where its visitor is quiet for longer than this (the field's customary half hour).
 */
export const visitGapMs = 30 * 60_000;

/**
 * What summing up visits holds of each hit, at the most, and does not spill: two pages and two host
 * names of a visit. Of 300,000 visits it was more than 128 MiB.
 */
const bytesAHit = 800;

/**
 * Cuts the hits in table `from` into visits and adds the visits to table `visits`. `from` must hold
 * every hit of each visitor in it. A visit's hits are in order of time, then id, and its id is that
 * of its first hit. Engagements neither start a visit nor prolong one, and robots' rows
 * belong to none. A visit bounced if at most
 * one of its hits was interactive (a pageview, or a custom event not sent with `i: false`):
 * Plausible's rule, but the order in which hits arrive makes no difference. Its duration is the
 * time from its first hit to its last.
 */
export async function cut(
  session: Session,
  from: string,
  visits: string,
  atOnce = session.memoryBytes / bytesAHit,
): Promise<void> {
  await attachEngagement(session, from);
  await session.rows(`/* visits.cut */ CREATE TEMP TABLE cut AS
    SELECT day, id, visitor, row_number() OVER own AS n,
      last_value(CASE WHEN starts THEN id
        END IGNORE NULLS) OVER (own ROWS UNBOUNDED PRECEDING) AS visit
    FROM (
      SELECT day, id, visitor, "time",
        coalesce("time" - lag("time") OVER (PARTITION BY day, visitor ORDER BY "time",
          id) > ${visitGapMs}, true) AS starts
      FROM ${from} WHERE name <> 'engagement' AND visitor <> ${robots}
    ) WINDOW own AS (PARTITION BY day, visitor ORDER BY "time", id)`);
  await session.rows(`/* visits.mark */ UPDATE ${from} AS h SET visit = cut.visit FROM cut
    WHERE h.day = cut.day AND h.id = cut.id`);
  const [[hits] = [0]] = await session.rows('/* visits.count */ SELECT count(*) FROM cut');
  const parts = Math.ceil(Number(hits) / atOnce);
  for (let part = 0; part < parts; part++)
    await addVisits(session, from, visits, (of) =>
      parts === 1 ? 'true' : `hash(${of}.visitor) % ${parts} = ${part}`,
    );
}

/** Sums up the visits of some visitors: `isOf` tests one of a table. */
async function addVisits(
  session: Session,
  from: string,
  visits: string,
  isOf: (table: string) => string,
): Promise<void> {
  await session.rows(`/* visits.first-hit */ INSERT INTO ${visits}
    SELECT first.day, sums.visit, first.visitor, first."time", first.hour, sums.last - first."time",
      sums.pageviews, sums.events,
      sums.bounced, sums.entry,
      sums.entry_page, sums.entry_hostname, sums.exit_page, sums.exit_hostname,
      ${visitTextColumns.map((column) => `first.${column}`).join(', ')}
    FROM (
      SELECT h.day, cut.visit, max("time") AS last, count(*) FILTER (pageview) AS pageviews,
        count(*) AS events,
        count(*) FILTER (interactive) <= 1 AS bounced,
        arg_min(h.id, n) FILTER (pageview) AS entry,
        arg_min(page, n) FILTER (pageview) AS entry_page, arg_min_null(hostname,
          n) FILTER (pageview) AS entry_hostname,
        arg_max(page, n) FILTER (pageview) AS exit_page, arg_max_null(hostname,
          n) FILTER (pageview) AS exit_hostname
      FROM (SELECT day, id, visit, n FROM cut WHERE ${isOf('cut')}) AS cut
        JOIN (FROM ${from} AS h WHERE ${isOf('h')}) AS h USING (day, id)
      GROUP BY h.day, cut.visit
    ) AS sums JOIN (FROM ${from} AS h WHERE ${isOf('h')}) AS first
      ON first.day = sums.day AND first.id = sums.visit`);
}
