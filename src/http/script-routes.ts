import { createHash } from 'node:crypto';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { openScripts, ownScripts } from './scripts.ts';

const { scriptList } = schemasOf(() => import('./schemas/scripts.ts'));

/** What a snippet has to know of the scripts. */
export const scriptRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/scripts', who: 'anyone', tag: 'Session' },
    summary: "The tracker's scripts: where they are, and their hashes",
    answers: { 200: { description: 'the scripts', schema: scriptList } },
    handle: (world) => {
      const scripts = openScripts(world);
      return async ({ c }) => {
        const all = ownScripts.flatMap((name) => {
          const script = scripts.own(name);
          if (script === undefined) return []; // not built
          const { body, encoded } = script.page;
          const hash = createHash('sha384').update(body).digest('base64');
          return {
            name,
            path: name === 'daybook.v1.js' && world.scriptPath ? world.scriptPath : `/js/${name}`,
            lasting: `/js/${scripts.lasting(name)}`,
            integrity: `sha384-${hash}`,
            bytes: (encoded.get('gzip') ?? body).length,
          };
        });
        return c.json({ scripts: all });
      };
    },
  }),
];
