import { showDomain } from '../../account/domain.ts';
import type { Site } from '../../account/site.ts';
import { DaybookError } from '../../lib/errors.ts';
import { bearerOf } from '../access.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';

const { listed, login, me, ok, signedInAs, user, websiteShown, websites } = schemasOf(
  () => import('../schemas/umami.ts'),
);

const api = { tag: 'Umami API', shape: 'umami' } as const;

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

/** How Umami's clients sign in, and which websites there are. */
export const umamiSiteRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'POST', path: '/api/auth/login', who: 'anyone' },
    summary: 'Sign in: any name, with the owner key as password',
    body: { as: 'json', maxBytes: 4_096, schema: login },
    answers: { 200: { description: 'a token for `Authorization: Bearer`', schema: signedInAs } },
    errors: [401],
    handle:
      ({ sessions }) =>
      async ({ c, body: { username, password } }) => {
        const token = await sessions.start(password.trim());
        if (token === undefined)
          throw new DaybookError('not-signed-in', 'expected the owner key as password');
        return c.json({ token, user: ownerOf(username) });
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
    ...{ ...api, method: 'POST', path: '/api/auth/verify', who: 'owner' },
    summary: 'Whether a token is still valid',
    answers: { 200: { description: 'whose it is', schema: user } },
    handle:
      () =>
      ({ c }) =>
        c.json(ownerOf(ownersName)),
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/me', who: 'owner' },
    summary: 'Whose the token is',
    answers: { 200: { description: 'it, and its owner', schema: me } },
    handle:
      () =>
      ({ c }) =>
        c.json({
          ...{ token: bearerOf(c) ?? null, authKey: null, shareToken: null },
          user: ownerOf(ownersName),
        }),
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/websites', who: 'owner', query: listed },
    summary: 'All sites',
    answers: { 200: { description: 'a page of them', schema: websites } },
    handle:
      ({ sites }) =>
      async ({ c, query: { search = '', page, pageSize } }) => {
        const all = (await sites.list()).filter(({ domain }) =>
          showDomain(domain).includes(search.toLowerCase()),
        );
        const data = all.slice((page - 1) * pageSize, page * pageSize).map((site) => ({
          ...websiteOf(site),
          user: { username: ownersName, id: ownerOf(ownersName).id },
        }));
        return c.json({ data, count: all.length, page, pageSize });
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: '/api/websites/:site', who: 'owner' },
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
