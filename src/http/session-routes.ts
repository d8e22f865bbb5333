import { DaybookError } from '../lib/errors.ts';
import { askerOf } from './access.ts';
import { clientOf } from './client-name.ts';
import { forgetSession, sessionTokens, setSession } from './cookies.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { shownRights } from './shown-rights.ts';

const { session, signedIn, signingIn } = schemasOf(() => import('./schemas/sessions.ts'));

const path = '/api/session';

/**
 * `/api/session`: signing in with the owner key, and out; and where browsers reach this Daybook.
 */
export const sessionRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'anyone', tag: 'Session' },
    summary: 'Whether the sender is signed in, and as whom',
    answers: {
      200: {
        description: 'it, and what a page has to know of this Daybook',
        schema: session,
      },
    },
    handle:
      (world) =>
      async ({ c }) => {
        const { rights, person } = await askerOf(world, c);
        const isSomebody = rights.all !== undefined || rights.sites !== undefined;
        return c.json(
          {
            signedIn: isSomebody,
            ...(isSomebody && { rights: await shownRights(world, rights) }),
            ...(person !== undefined && {
              person: { id: person.id, name: person.name, email: person.email },
            }),
            ...(world.publicUrl !== undefined && { publicUrl: world.publicUrl }),
            ...(world.hasCities && { hasCities: true }),
            ...(world.signIn.oidc !== undefined && { hasOpenId: true }),
          },
          200,
          { 'Cache-Control': 'no-store' },
        );
      },
  }),
  route({
    ...{ method: 'POST', path, who: 'anyone', tag: 'Session' },
    summary: 'Sign in with the owner key',
    body: {
      ...{ as: 'json', maxBytes: 1_024 },
      schema: signingIn,
    },
    answers: { 200: { description: 'signed in; a cookie says so', schema: signedIn } },
    errors: [401],
    handle:
      (world) =>
      async ({ c, body: { key } }) => {
        const token = await world.sessions.start(key.trim(), clientOf(c));
        if (token === undefined) {
          throw new DaybookError(
            'not-signed-in',
            'this is not the owner key; `npm run daybook -- key new` makes another',
          );
        }
        await world.auditLog.write({ by: { kind: 'owner-key' }, what: 'session.begin' });
        setSession(world, c, token);
        return c.json({ signedIn: true });
      },
  }),
  route({
    ...{ method: 'DELETE', path, who: 'anyone', tag: 'Session' },
    summary: 'Sign out',
    answers: { 200: { description: 'signed out', schema: signedIn } },
    handle:
      (world) =>
      async ({ c }) => {
        for (const token of sessionTokens(world, c)) await world.sessions.end(token);
        forgetSession(world, c);
        return c.json({ signedIn: false });
      },
  }),
];
