import { addGoal, removeGoal, showGoal } from '../account/goals.ts';
import type { Goal } from '../account/site.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import type { NewGoal } from './schemas/goals.ts';
import { schemasOf } from './schemas-of.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { addedGoal, goals, newGoal, ofSite } = schemasOf(() => import('./schemas/goals.ts'));

const path = '/api/v1/sites/goals';

/** `/api/v1/sites/goals`: what the owner wants reached. They stand before the sites themselves. */
export const goalRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'viewer', tag: 'Goals' },
    ...{ summary: 'The goals of a site', site: { in: 'query', name: 'site_id' } },
    answers: {
      200: { description: 'the goals', schema: goals },
    },
    handle:
      () =>
      ({ c, site }) => {
        const goals = (site.goals ?? []).map(showGoal);
        return c.json({ goals, meta: { after: null, before: null, limit: goals.length } });
      },
  }),
  route({
    ...{ method: 'PUT', path, who: 'editor', tag: 'Goals', does: 'goal.add' },
    site: { in: 'body', name: 'site_id' },
    summary: 'Add a goal to a site; one that is there already stays as it is',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: newGoal },
    answers: { 200: { description: 'the goal', schema: addedGoal } },
    errors: [404, 409],
    handle:
      ({ sites }) =>
      async ({ c, body, site: of }) => {
        const asked = goalOf(body);
        let found: Goal | undefined;
        await sites.change(of.domain, (site) => {
          const added = addGoal(site, asked);
          found = added.goal;
          return added.site;
        });
        return c.json({ domain: body.site_id, ...showGoal(found!) });
      },
  }),
  route({
    ...{ method: 'DELETE', path: `${path}/:id`, who: 'editor', tag: 'Goals', does: 'goal.remove' },
    site: { in: 'query or body', name: 'site_id' },
    summary: 'Remove a goal from a site',
    description: 'The site is named by `site_id`, in the query or in the body.',
    query: ofSite,
    answers: { 200: { description: 'it is gone', schema: deleted } },
    errors: [404, 409, 413],
    handle:
      ({ sites }) =>
      async ({ c, site: of }) => {
        await sites.change(of.domain, (site) => removeGoal(site, c.req.param('id')!).site);
        return c.json({ deleted: true });
      },
  }),
];

/** The format's fields as ours; one that is null or empty was not said. */
function goalOf(fields: NewGoal) {
  const value = (name: keyof typeof fields) => fields[name] || undefined;
  const [event, page] = [value('event_name'), value('page_path')];
  const type = fields.goal_type;
  const [needed, other] = type === 'event' ? [event, page] : [page, event];
  if (needed === undefined || other !== undefined) {
    const [field, beside] =
      type === 'event'
        ? (['event_name', 'page_path'] as const)
        : (['page_path', 'event_name'] as const);
    throw refusedField(field, `expected it, and no ${beside}, with goal_type ${type}`);
  }
  return { event, page, name: value('display_name'), currency: value('currency') };
}
