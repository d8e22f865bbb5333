import { addSegment, changeSegment, removeSegment } from '../account/segments.ts';
import type { Segment, Site } from '../account/site.ts';
import { checkSegment } from '../report/query/filters.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { newSegment, segment, segmentChange, segments } = schemasOf(
  () => import('./schemas/segments.ts'),
);

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/segments';

/** `/api/v1/sites/:site/segments`: filters that were kept under a name. */
export const segmentRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'rows', tag: 'Segments', site },
    summary: 'The segments of a site',
    answers: { 200: { description: 'them', schema: segments } },
    handle:
      () =>
      ({ c, site: of }) =>
        c.json({ segments: of.segments ?? [] }),
  }),
  route({
    ...{ method: 'POST', path, who: 'editor', tag: 'Segments', site },
    does: 'segment.add',
    summary: 'Keep filters under a name',
    description: 'Queries name it by its id: `["is", "segment", [id]]`.',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: newSegment },
    answers: { 200: { description: 'the segment', schema: segment } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, site: of, body: { name, filters } }) => {
        const newId = () => world.collect.random(4).toString('hex');
        return c.json(
          await changed(world, of, (latest) =>
            addSegment(latest, { name, filters: checkSegment(filters, latest) }, newId),
          ),
        );
      },
  }),
  route({
    ...{ method: 'PUT', path: `${path}/:id`, who: 'editor', tag: 'Segments', site },
    does: 'segment.change',
    summary: 'Change the name or the filters of a segment',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: segmentChange },
    answers: { 200: { description: 'the segment', schema: segment } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, site: of, body: { name, filters } }) =>
        c.json(
          await changed(world, of, (latest) =>
            changeSegment(latest, c.req.param('id')!, {
              ...{
                name,
                filters: filters === undefined ? undefined : checkSegment(filters, latest),
              },
            }),
          ),
        ),
  }),
  route({
    ...{ method: 'DELETE', path: `${path}/:id`, who: 'editor', tag: 'Segments', site },
    does: 'segment.remove',
    summary: 'Forget a segment',
    description: 'Queries that name it are refused from then on.',
    answers: { 200: { description: 'it is gone', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, site: of }) => {
        await changed(world, of, (latest) => removeSegment(latest, c.req.param('id')!));
        return c.json({ deleted: true });
      },
  }),
];

/** Changes the segments of a site, and gives the one that was meant. */
async function changed(
  { sites }: World,
  { domain }: Site,
  change: (latest: Site) => { site: Site; segment: Segment },
): Promise<Segment> {
  let meant: Segment | undefined;
  await sites.change(domain, (latest) => {
    const { site: after, segment: one } = change(latest);
    meant = one;
    return after;
  });
  return meant!;
}
