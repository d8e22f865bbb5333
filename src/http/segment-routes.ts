import { addSegment, changeSegment, removeSegment } from '../account/segments.ts';
import type { Segment, Site } from '../account/site.ts';
import { checkSegment } from '../report/query/filters.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Call, type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { newSegment, segment, segmentChange, segments } = schemasOf(
  () => import('./schemas/segments.ts'),
);

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/segments';

const ownPath = '/api/v1/sites/:site/own-segments';

type Fields = { readonly name?: unknown; readonly filters?: unknown };

/**
 * Filters that were kept under a name: those of a site, which its editors change, and those of
 * one's own, which nobody else sees. Queries name either by its id: `["is", "segment", [id]]`.
 */
export const segmentRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'rows', tag: 'Segments', site },
    summary: 'The segments of a site, and those of one’s own',
    answers: { 200: { description: 'them', schema: segments } },
    handle:
      () =>
      ({ c, site: of, asker: { person } }) => {
        const seen = (of.segments ?? []).filter(
          ({ personId }) => personId === undefined || personId === person?.id,
        );
        return c.json({ segments: seen.map(show) });
      },
  }),
  ...changing({ path, who: 'editor', of: 'of a site' }),
  ...changing({ path: ownPath, who: 'viewer', isPersonal: true, of: 'of one’s own' }),
];

type Whose = Pick<Route, 'path' | 'who' | 'isPersonal'> & { readonly of: string };

/** The routes that change segments: of a site, or of the person who asks. */
function changing({ of: whose, path: at, ...rights }: Whose): Route[] {
  const personIn = ({ asker }: Pick<Call<unknown, unknown>, 'asker'>) =>
    rights.isPersonal ? asker.person!.id : undefined;
  const api = { ...rights, tag: 'Segments', site } as const;
  return [
    route<unknown, Fields>({
      ...{ ...api, method: 'POST', path: at, does: 'segment.add' },
      summary: `Keep filters under a name, as a segment ${whose}`,
      body: { as: 'json', maxBytes: maxFieldsBytes, schema: newSegment },
      answers: { 200: { description: 'the segment', schema: segment } },
      errors: [409],
      handle: (world) => async (call) => {
        const { name, filters } = call.body;
        const newId = () => world.collect.random(4).toString('hex');
        const made = await changed(world, call.site, (latest) =>
          addSegment(
            latest,
            { name, filters: checkSegment(filters, latest) },
            newId,
            personIn(call),
          ),
        );
        return call.c.json(show(made));
      },
    }),
    route<unknown, Fields>({
      ...{ ...api, method: 'PUT', path: `${at}/:id`, does: 'segment.change' },
      summary: `Change the name or the filters of a segment ${whose}`,
      body: { as: 'json', maxBytes: maxFieldsBytes, schema: segmentChange },
      answers: { 200: { description: 'the segment', schema: segment } },
      errors: [404, 409],
      handle: (world) => async (call) => {
        const { name, filters } = call.body;
        const id = call.c.req.param('id')!;
        const made = await changed(world, call.site, (latest) => {
          const checked = filters === undefined ? undefined : checkSegment(filters, latest);
          return changeSegment(latest, id, { name, filters: checked }, personIn(call));
        });
        return call.c.json(show(made));
      },
    }),
    route({
      ...{ ...api, method: 'DELETE', path: `${at}/:id`, does: 'segment.remove' },
      summary: `Forget a segment ${whose}`,
      description: 'Queries that name it are refused from then on.',
      answers: { 200: { description: 'it is gone', schema: deleted } },
      errors: [404],
      handle: (world) => async (call) => {
        const id = call.c.req.param('id')!;
        await changed(world, call.site, (latest) => removeSegment(latest, id, personIn(call)));
        return call.c.json({ deleted: true });
      },
    }),
  ];
}

const show = ({ personId, ...one }: Segment) => ({
  ...one,
  ...(personId !== undefined && { own: true }),
});

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
