import { listRemovals, type Removal, restoreRemoval } from '../close/removals.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { removals, restored } = schemasOf(() => import('./schemas/removals.ts'));

const restoring = { tag: 'Removals', does: 'removal.restore' } as const;

/** `/api/v1/removals`: what the owner has removed and can still take back. */
export const removalRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/removals', who: 'admin', tag: 'Removals' },
    summary: 'What was removed and can be taken back',
    answers: {
      200: { description: 'them', schema: removals },
    },
    handle: (world) => async (call) =>
      call.c.json({ removals: (await listRemovals(world)).map(showRemoval) }),
  }),
  route({
    ...{ method: 'POST', path: '/api/v1/removals/:id/restore', who: 'admin', ...restoring },
    summary: 'Take a removal back',
    description: 'Closed days get erased hits back in the next closing pass: soon, not now.',
    answers: {
      200: {
        description: 'what is there again',
        schema: restored,
      },
    },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c }) => {
        const restored = await restoreRemoval(world, c.req.param('id')!);
        return c.json({ restored: true, ...showRemoval(restored) });
      },
  }),
];

const showRemoval = ({ id, site, kind, what, destroyMs }: Removal) => ({
  ...{ id, site, kind, what },
  destroyed: new Date(destroyMs).toISOString(),
});
