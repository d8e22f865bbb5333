import { DaybookError } from '../lib/errors.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { isDay } from '../lib/site-days.ts';
import type { VisitAsked } from '../report/looks/one-visit.ts';
import type { VisitPlace } from '../report/looks/visits.ts';
import { filtersOf, withinOf } from './asked-rows.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { visitPage, visitSteps, visitsAsked } = schemasOf(() => import('./schemas/visits.ts'));

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/visits';

/** Single visits: what each did, within its day; nothing says who it was. */
export const visitRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'viewer', site, tag: 'Visits' },
    summary: 'Single visits, the newest first',
    description:
      'Those that match the filters and began in the range, as reports count them. A page may ' +
      'have fewer than `limit` and still not be the last: there is more while `next` is not ' +
      'null. Days whose hits are no longer kept have none.',
    query: visitsAsked,
    answers: { 200: { description: 'a page of them', schema: visitPage } },
    errors: [503],
    handle:
      ({ engine }) =>
      async ({ c, site: of, query: { from, to, filters, after, limit } }) => {
        const within = withinOf({ from, to }, of.zones);
        const before = after === undefined ? undefined : placeIn(after);
        const asked = { within, filters: filtersOf(filters), limit, ...(before && { before }) };
        const { visits, next } = await (await engine()).look(of, 'visits', asked, 'owner');
        return c.json({ visits, next: next === undefined ? null : textOf(next) });
      },
  }),
  route({
    ...{ method: 'GET', path: `${path}/:id`, who: 'viewer', site, tag: 'Visits' },
    summary: 'What one visit did, step by step',
    answers: { 200: { description: 'the visit', schema: visitSteps } },
    errors: [404, 503],
    handle:
      ({ engine }) =>
      async ({ c, site: of }) => {
        const id = c.req.param('id')!;
        const asked = visitIn(id);
        const visit = asked && (await (await engine()).look(of, 'visit', asked, 'owner'));
        if (visit === undefined)
          throw new DaybookError('not-found', `there is no visit ${quoted(id.slice(0, 60))}`);
        return c.json(visit);
      },
  }),
];

function visitIn(id: string): VisitAsked | undefined {
  const [, day, visit] = /^(\d{4}-\d{2}-\d{2})\.([0-9a-f]{16})$/.exec(id) ?? [];
  return day !== undefined && isDay(day) ? { day, visit: visit! } : undefined;
}

const textOf = ({ day, ms, visit }: VisitPlace) => `${day}.${ms}.${visit}`;

function placeIn(text: string): VisitPlace {
  const [, day, ms, visit] = /^(\d{4}-\d{2}-\d{2})\.(\d{1,15})\.([0-9a-f]{1,16})$/.exec(text) ?? [];
  if (day !== undefined && isDay(day)) return { day, ms: Number(ms), visit: visit! };
  throw refusedField('after', 'expected the `next` of the page before');
}
