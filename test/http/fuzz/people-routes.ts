import { scopes } from '../../../src/account/keys.ts';
import { roles } from '../../../src/account/roles.ts';
import type { Chance } from '../../../src/entry/demo/chance.ts';
import { whats } from '../../../src/notify/subscription.ts';
import type { Routes } from './plain.ts';
import { oneOf, some, steadySite } from './values.ts';

const api = (...more: string[]) => ['api', 'v1', ...more];

const role = [...roles, 'viewer', null];

/** People, what they have, and keys. */
export const peopleRoutes: Routes = {
  'GET /api/v1/me': () => ({ path: api('me') }),
  'PUT /api/v1/me': (chance) => ({
    path: api('me'),
    body: some(chance, { name: oneOf(chance, ['Ada', 'ä']) }),
  }),
  'GET /api/v1/me/sessions': () => ({ path: api('me', 'sessions') }),
  'DELETE /api/v1/me/sessions/:id': (chance) => ({ path: api('me', 'sessions', chance.hex(6)) }),
  'GET /api/v1/people': () => ({ path: api('people') }),
  'GET /api/v1/people/invitations': () => ({ path: api('people', 'invitations') }),
  'POST /api/v1/people/invitations': (chance) => ({
    path: api('people', 'invitations'),
    body: {
      role: oneOf(chance, roles),
      ...some(chance, { site: steadySite, email: `${chance.hex(3)}@fuzz.test` }),
    },
  }),
  'DELETE /api/v1/people/invitations/:id': (chance) => ({
    path: api('people', 'invitations', chance.hex(6)),
  }),
  'PUT /api/v1/people/:id/role': (chance, { spare }) => ({
    path: api('people', oneOf(chance, spare.people), 'role'),
    body: { role: oneOf(chance, role), ...some(chance, { site: steadySite }) },
  }),
  'POST /api/v1/people/:id/reset': (chance, { spare }) => ({
    path: api('people', oneOf(chance, spare.people), 'reset'),
    body: {},
  }),
  'DELETE /api/v1/people/:id': (chance, { spare }) => ({
    path: api('people', oneOf(chance, spare.people)),
  }),
  'GET /api/v1/keys': () => ({ path: api('keys') }),
  'POST /api/v1/keys': (chance) => ({
    path: api('keys'),
    body: {
      ...{ name: 'Of the fuzz', scope: oneOf(chance, scopes) },
      ...some(chance, { site: steadySite, expires: '2099-12-31' }),
    },
  }),
  'DELETE /api/v1/keys/:id': (chance, { spare }) => ({
    path: api('keys', oneOf(chance, spare.keys)),
  }),
  'GET /api/v1/audit': (chance) => ({
    path: api('audit'),
    query: some(chance, {
      ...{ limit: '5', site: steadySite, before: '01764000000000-0123456789ab' },
    }) as Record<string, string>,
  }),
  'GET /api/v1/sites/guests': () => ({
    path: api('sites', 'guests'),
    query: { site_id: steadySite },
  }),
  'PUT /api/v1/sites/guests': (chance) => ({
    path: api('sites', 'guests'),
    body: {
      ...{ site_id: steadySite, email: oneOf(chance, ['guest@fuzz.test', 'x@fuzz.test']) },
      role: oneOf(chance, ['viewer', 'editor', 'admin']),
    },
  }),
  'DELETE /api/v1/sites/guests/:email': (chance) => ({
    path: api('sites', 'guests', oneOf(chance, ['guest@fuzz.test', 'x@fuzz.test'])),
    query: { site_id: steadySite },
  }),
  'POST /api/v1/sites/:site/own-segments': (chance) => ({
    path: api('sites', steadySite, 'own-segments'),
    body: { name: chance.hex(3), filters: [['is', 'event:page', ['/a']]] },
  }),
  'PUT /api/v1/sites/:site/own-segments/:id': (chance) => ({
    path: api('sites', steadySite, 'own-segments', chance.hex(4)),
    body: { name: chance.hex(3) },
  }),
  'DELETE /api/v1/sites/:site/own-segments/:id': (chance) => ({
    path: api('sites', steadySite, 'own-segments', chance.hex(4)),
  }),
  'GET /api/v1/me/notifications': () => ({ path: api('me', 'notifications') }),
  'GET /api/v1/sites/:site/notifications': () => ({ path: api(...notifications) }),
  'POST /api/v1/sites/:site/notifications': (chance) => ({
    path: api(...notifications),
    body: {
      what: [oneOf(chance, whats)],
      ...oneOf(chance, [
        { channel: 'mail' },
        { channel: 'webhook', url: 'https://hook.invalid/' },
        { channel: 'matrix', url: 'https://m.invalid', room: '!a:m.invalid', token: 't' },
        { channel: 'ntfy', url: 'https://ntfy.invalid/topic', token: 't' },
      ]),
      ...some(chance, { thresholds: { times: 2, percent: 50, quiet_hours: 2, goal: null } }),
    },
  }),
  'PUT /api/v1/sites/:site/notifications/:id': (chance) => ({
    path: api(...notifications, chance.hex(8)),
    body: some(chance, { what: [oneOf(chance, whats)], thresholds: { least: 5, reached: 2 } }),
  }),
  'DELETE /api/v1/sites/:site/notifications/:id': (chance) => ({
    path: api(...notifications, chance.hex(8)),
  }),
  'POST /api/v1/sites/:site/notifications/:id/test': (chance) => ({
    path: api(...notifications, chance.hex(8), 'test'),
  }),
  'GET /unsubscribe/:token': (chance) => ({ path: ['unsubscribe', unsubscribeToken(chance)] }),
  'POST /unsubscribe/:token': (chance) => ({ path: ['unsubscribe', unsubscribeToken(chance)] }),
};

const notifications = ['sites', steadySite, 'notifications'];

const unsubscribeToken = (chance: Chance) =>
  `${chance.hex(6)}.${chance.hex(8)}.${chance.hex(22).slice(1)}`;

/** Those that nobody reaches who does not know an id or a pass that was made, or is no person. */
export const needsId: readonly string[] = [
  ...['GET', 'PUT'].map((method) => `${method} /api/v1/me`),
  'GET /api/v1/me/sessions',
  'POST /api/v1/visitors',
  'DELETE /api/v1/me/sessions/:id',
  'DELETE /api/v1/people/invitations/:id',
  'POST /api/v1/sites/:site/own-segments',
  'GET /api/v1/me/notifications',
  ...['GET', 'POST'].map((method) => `${method} /api/v1/sites/:site/notifications`),
  ...['PUT', 'DELETE'].map((method) => `${method} /api/v1/sites/:site/own-segments/:id`),
];
