import type { Context } from 'hono';
import { showDomain } from '../../account/domain.ts';
import { mostOf, roleOn } from '../../account/roles.ts';
import type { Site } from '../../account/site.ts';
import { DaybookError } from '../../lib/errors.ts';
import { bearerOf, ofTheirs } from '../access.ts';
import type { Asker } from '../asker.ts';
import { clientOf } from '../client-name.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import { addressOf, isPasswordOf } from '../signing-in.ts';
import type { World } from '../world.ts';

const { listed, login, me, ok, signedInAs, user, websiteShown, websites } = schemasOf(
  () => import('../schemas/umami.ts'),
);

const api = { tag: 'Umami API', shape: 'umami' } as const;

const own = { who: 'viewer', isOfTheirs: true } as const;

/** Daybook has one owner, whatever name is given. */
const ownerOf = (username: string) => ({
  id: '00000000-0000-4000-8000-000000000000',
  username,
  role: 'admin',
  createdAt: new Date(0).toISOString(),
  isAdmin: true,
  teams: [],
});

const ownersName = 'owner';

/** Umami's roles are those of an admin, of who changes things and of who only looks. */
function umamiUser({ person, rights }: Asker) {
  const most = mostOf(rights);
  const isAdmin = roleOn(rights) === 'owner';
  const role = isAdmin ? 'admin' : most === 'viewer' ? 'view-only' : 'user';
  if (person === undefined) return { ...ownerOf(ownersName), role, isAdmin };
  const { id, email: username, createdMs } = person;
  const createdAt = new Date(createdMs).toISOString();
  return { ...ownerOf(username), id, role, createdAt, isAdmin };
}

/** Throws `not-signed-in` unless it is somebody's e-mail and password, who has no second step. */
async function personBy(world: World, c: Context, username: string, password: string) {
  const one = { account: username.trim().toLowerCase(), address: addressOf(world, c) };
  const person = await world.people.byEmail(username);
  const isTheirs = await isPasswordOf(world, one, person, password);
  if (!isTheirs || person === undefined || person.totp !== undefined)
    throw new DaybookError(
      'not-signed-in',
      'expected the e-mail and password of somebody without a second step, or the owner key',
    );
  await world.signIn.tries.succeed(one);
  return person;
}

/** How Umami's clients sign in, and which websites there are. */
export const umamiSiteRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'POST', path: '/api/auth/login', who: 'anyone' },
    summary: 'Sign in: with an e-mail and its password, or any name and the owner key',
    description: 'Who has a second step cannot sign in so: a key that may read does it, too.',
    body: { as: 'json', maxBytes: 4_096, schema: login },
    answers: { 200: { description: 'a token for `Authorization: Bearer`', schema: signedInAs } },
    errors: [401, 429],
    handle:
      (world) =>
      async ({ c, body: { username, password } }) => {
        const ofKey = await world.sessions.start(password.trim(), clientOf(c));
        if (ofKey !== undefined) return c.json({ token: ofKey, user: ownerOf(username) });
        const person = await personBy(world, c, username, password);
        const token = await world.sessions.startFor(person, clientOf(c));
        return c.json({ token, user: umamiUser({ person, rights: person.rights }) });
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/heartbeat', who: 'anyone' },
    summary: 'That somebody is there',
    answers: { 200: { description: 'it is so', schema: ok } },
    handle:
      () =>
      ({ c }) =>
        c.json({ ok: true }),
  }),
  route({
    ...{ ...api, method: 'POST', path: '/api/auth/verify', ...own },
    summary: 'Whether a token is still valid',
    answers: { 200: { description: 'whose it is', schema: user } },
    handle:
      () =>
      ({ c, asker }) =>
        c.json(umamiUser(asker)),
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/me', ...own },
    summary: 'Whose the token is',
    answers: { 200: { description: 'it, and its owner', schema: me } },
    handle:
      () =>
      ({ c, asker }) =>
        c.json({
          ...{ token: bearerOf(c) ?? null, authKey: null, shareToken: null },
          user: umamiUser(asker),
        }),
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/websites', ...own, query: listed },
    summary: 'All sites',
    answers: { 200: { description: 'a page of them', schema: websites } },
    handle:
      ({ sites }) =>
      async ({ c, asker, query: { search = '', page, pageSize } }) => {
        const user = umamiUser(asker);
        const all = ofTheirs(await sites.list(), asker).filter(({ domain }) =>
          showDomain(domain).includes(search.toLowerCase()),
        );
        const data = all.slice((page - 1) * pageSize, page * pageSize).map((site) => ({
          ...websiteOf(site),
          user: { username: user.username, id: user.id },
        }));
        return c.json({ data, count: all.length, page, pageSize });
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/websites/:site', who: 'viewer' },
    ...{ site: { in: 'path', name: 'site' }, summary: 'One site' },
    answers: { 200: { description: 'the site', schema: websiteShown } },
    handle:
      () =>
      ({ c, site }) =>
        c.json(websiteOf(site as Site)),
  }),
];

/** The UUID that a site has as an alias, else its domain: both are taken. */
export const websiteId = ({ aliases = [], domain }: Pick<Site, 'aliases' | 'domain'>): string =>
  aliases.find((alias) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(alias)) ?? domain;

function websiteOf(site: Site): Record<string, unknown> {
  const createdAt = new Date(site.createdMs).toISOString();
  const { id: userId } = ownerOf(ownersName);
  return {
    ...{ id: websiteId(site), name: showDomain(site.domain), domain: site.domain },
    ...{ shareId: null, resetAt: null, userId, teamId: null, createdBy: userId },
    ...{ createdAt, updatedAt: createdAt, deletedAt: null },
  };
}
