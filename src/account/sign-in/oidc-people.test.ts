import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import { openPeople, type People } from '../people.ts';
import { personFor } from './oidc-people.ts';

const issuer = 'https://id.example.com';
const ann = { issuer, subject: 'a1', email: 'ann@example.com', name: 'Ann' };

let people: People;
beforeEach(async () => {
  people = openPeople(openMemoryHome(), { clock: Date.now, random: randomBytes });
  await people.add({ email: 'root@example.com', name: 'Root', rights: { all: 'owner' } });
});

const add = (more: object = {}) =>
  people.add({ email: ann.email, name: 'Ann', rights: {}, ...more });

test('who is new, and in a group with a role, becomes somebody here, once', async () => {
  const made = await personFor(people, { ...ann, role: 'viewer' });
  expect(made).toMatchObject({
    ...{ email: ann.email, name: 'Ann', rights: { all: 'viewer' } },
    openId: { issuer, subject: 'a1', role: 'viewer' },
  });
  expect(await personFor(people, { ...ann, role: 'viewer' })).toEqual(made);
  expect(await people.list()).toHaveLength(2);
});

test.each([
  ['no group with a role', ann],
  ['no verified e-mail', { issuer, subject: 'a1', role: 'viewer' as const }],
])('who is new, with %s, does not come in', async (_, person) => {
  await expect(personFor(people, person)).rejects.toMatchObject({ fault: 'not-allowed' });
  expect(await people.list()).toHaveLength(1);
});

test('who was invited is found by the verified e-mail, and from then on by the subject', async () => {
  const { id } = await add({ rights: { all: 'editor' } });
  expect(await personFor(people, ann)).toMatchObject({ id, rights: { all: 'editor' } });
  const moved = { ...ann, email: 'new@example.com' };
  expect(await personFor(people, moved)).toMatchObject({ id, email: ann.email });
});

test('an e-mail that went to somebody else there opens nothing here', async () => {
  await add({ openId: { issuer, subject: 'a1' } });
  await expect(personFor(people, { ...ann, subject: 'b2' })).rejects.toMatchObject({
    fault: 'not-allowed',
  });
});

test('the role follows the groups, up, down and away', async () => {
  for (const role of ['viewer', 'admin', 'editor'] as const)
    expect((await personFor(people, { ...ann, role })).rights).toEqual({ all: role });
  expect((await personFor(people, ann)).rights).toEqual({});
});

test('a role that was given here stays where no group has one', async () => {
  await add({ rights: { all: 'admin', sites: { one: 'owner' } } });
  const own = { all: 'admin', sites: { one: 'owner' } };
  expect((await personFor(people, ann)).rights).toEqual(own);
  const lower = await personFor(people, { ...ann, role: 'viewer' });
  expect(lower.rights).toEqual({ ...own, all: 'viewer' });
});

test('the last owner stays one, whatever the groups say', async () => {
  const [root] = await people.list();
  const from = { issuer, subject: 'r', email: 'root@example.com', role: 'viewer' as const };
  expect(await personFor(people, from)).toMatchObject({ id: root!.id, rights: { all: 'owner' } });
});

test('who has waited with an e-mail that is another’s is out once its owner comes', async () => {
  const { id, stamp } = await add({ rights: { all: 'viewer' }, passwordHash: 'theirs' });
  const linked = await personFor(people, { ...ann, role: 'admin' });
  expect(linked).toMatchObject({ id, rights: { all: 'admin' } });
  expect([linked.passwordHash, linked.stamp === stamp]).toEqual([undefined, false]);
  // From then on a password is their own.
  await people.change(id, (person) => ({ ...person, passwordHash: 'own' }));
  const again = await personFor(people, { ...ann, role: 'viewer' });
  expect([again.passwordHash, again.stamp]).toEqual(['own', linked.stamp]);
});
