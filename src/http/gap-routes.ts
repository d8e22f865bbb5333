import { readDowntimes } from '../journal/downtimes.ts';
import { dayEnd, dayStart } from '../lib/site-days.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { gaps, gapsAsked } = schemasOf(() => import('./schemas/gaps.ts'));

/** `/api/v1/sites/:site/gaps`: when hits may be missing. */
export const gapRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/sites/:site/gaps', who: 'viewer', tag: 'Health' },
    site: { in: 'path', name: 'site' },
    summary: 'When no server ran, and days that have fewer hits than were stored',
    description:
      '`from` and `to` are the site’s days, both inclusive. `down`: two minutes or longer; on ' +
      'AWS, where there is no server to be down, there is none. `short_days`: closed ones.',
    query: gapsAsked,
    answers: { 200: { description: 'them', schema: gaps } },
    handle:
      ({ home, shortDays }) =>
      async ({ c, site: { id, zones }, query: { from, to } }) => {
        const span = { fromMs: dayStart(zones, from), toMs: dayEnd(zones, to) };
        const down = (await readDowntimes(home, span)).map(({ fromMs, toMs }) => ({
          ...{ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
        }));
        const short = ((await shortDays?.(id)) ?? []).filter(({ day }) => from <= day && day <= to);
        return c.json({
          down,
          short_days: short.map(({ day: date, stored, rows }) => ({ date, stored, rows })),
        });
      },
  }),
];
