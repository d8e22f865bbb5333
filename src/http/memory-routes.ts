import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { health } = schemasOf(() => import('./schemas/memory.ts'));

/** `/health`: what the owner may know of the processes beside whether they work. */
export const memoryRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/health', who: 'admin', tag: 'Health' },
    summary: 'How much memory the processes take',
    description: 'On AWS there is none: `memory` is not said.',
    answers: { 200: { description: 'memory, where Daybook runs on a machine', schema: health } },
    handle:
      ({ memory }) =>
      ({ c }) => {
        if (memory === undefined) return c.json({});
        const { limitBytes, processes } = memory();
        return c.json({
          memory: {
            limit_bytes: limitBytes,
            own_bytes: processes.reduce((sum, { ownBytes }) => sum + ownBytes, 0),
            processes: processes.map(({ name, pid, ownBytes, mappedBytes, mostBytes }) => ({
              ...{ name, pid, own_bytes: ownBytes, mapped_bytes: mappedBytes },
              most_bytes: mostBytes,
            })),
          },
        });
      },
  }),
];
