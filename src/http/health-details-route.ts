import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { health } = schemasOf(() => import('./schemas/health.ts'));

/** `/health`: what the owner may know of a server beside whether it works. */
export const healthDetailsRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/health', who: 'admin', tag: 'Health' },
    summary: 'How the server does: memory, disk, closing, books, what is under way',
    description: 'Functions on AWS answer `{}`: CloudWatch has theirs.',
    answers: { 200: { description: 'how it does', schema: health } },
    handle:
      (world) =>
      async ({ c }) =>
        c.json((await world.health?.()) ?? {}),
  }),
];
