import type { Session } from '../duck/duck.ts';

/**
 * An engagement belongs to its visitor's latest pageview of that page, not later than itself. What
 * pageviews had of engagements before goes first: one that came in late, or was erased, may have
 * taken all of them along.
 */
export async function attachEngagement(session: Session, from: string): Promise<void> {
  await session.rows(`/* mount.unread */ UPDATE ${from} SET scroll_depth = NULL, engaged_ms = NULL
    WHERE pageview AND (scroll_depth IS NOT NULL OR engaged_ms IS NOT NULL)`);
  const [[pings] = [0]] = await session.rows(
    `/* mount.pings */ SELECT count(*) FROM ${from} WHERE name = 'engagement'`,
  );
  if (Number(pings) === 0) return;
  // Of pageviews at one instant the one with the greatest id, in whatever order they came: the id
  // is the lower half of `at`.
  const half = '18446744073709551616::HUGEINT';
  await session.rows(`/* mount.engagement */ UPDATE ${from} AS h
    SET scroll_depth = sums.scroll_depth, engaged_ms = sums.engaged_ms
    FROM (
      SELECT viewed.day, viewed.id, max(ping.scroll_depth) AS scroll_depth,
        sum(ping.engaged_ms) AS engaged_ms
      FROM (SELECT *, ("time" + 1) * ${half} AS at FROM ${from} WHERE name = 'engagement') AS ping
      ASOF JOIN (SELECT *, "time" * ${half} + id AS at FROM ${from} WHERE pageview) AS viewed
        ON ping.day = viewed.day AND ping.visitor = viewed.visitor AND ping.page = viewed.page
        AND ping.hostname IS NOT DISTINCT FROM viewed.hostname AND ping.at > viewed.at
      GROUP BY viewed.day, viewed.id
    ) AS sums
    WHERE h.day = sums.day AND h.id = sums.id`);
}
