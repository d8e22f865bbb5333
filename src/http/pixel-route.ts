import type { Context } from 'hono';
import { readObject } from '../collect/body.ts';
import type { RequestContext } from '../collect/candidate.ts';
import { readEventFields } from '../collect/dialects/event.ts';
import { openToAllOrigins } from './all-origins.ts';
import { type Route, route } from './route.ts';
import { answer, answering, take } from './take-hits.ts';

/** One transparent point. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const imageHeaders = {
  ...openToAllOrigins,
  'Content-Type': 'image/gif',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** What may be asked in the address, by the names that an event has. */
const names = ['n', 'u', 'd', 'r', 't', 'l', 'p', 'id'] as const;

/** A pageview of a page without scripts: each time that its image is asked for. */
export const pixelRoute: Route = route({
  ...{ method: 'GET', path: '/pixel.gif', who: 'anyone', tag: 'Collecting' },
  isOpenToOrigins: true,
  summary: 'A pageview, as an image',
  shape: 'errors',
  answers: { 200: { description: 'taken' } },
  errors: [400],
  handle:
    (world) =>
    ({ c }) =>
      // Who asks for its headers alone shows no page.
      c.req.method === 'HEAD'
        ? new Response(null, { headers: imageHeaders })
        : answering(world, c, 'errors', async (_, context) => {
            const outcomes = await take(world, c, readPixel(c, context), context);
            const { headers } = answer('', 200, 'image/gif', outcomes);
            for (const [name, value] of Object.entries(imageHeaders)) headers.set(name, value);
            return new Response(gif, { headers });
          }),
});

function readPixel(c: Context, context: RequestContext) {
  const asked = names.flatMap((name) => {
    const value = c.req.query(name);
    return value === undefined || value === '' ? [] : [[name, value]];
  });
  const language = c.req.header('accept-language')?.split(/[,;]/)[0]?.trim();
  const read = readObject(
    {
      ...{ n: 'pageview', u: c.req.header('referer') },
      ...(/^[\w-]{1,35}$/.test(language ?? '') && { l: language }),
      ...Object.fromEntries(asked),
    },
    true,
  );
  return 'invalid' in read ? read : readEventFields(read.body, context);
}
