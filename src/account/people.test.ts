import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openInvitations } from './invitations.ts';
import { openPeople, type People } from './people.ts';
import { isAtLeast, mostOf, type Rights, roleOn, withRole } from './roles.ts';

let people: People;
let nowMs = 1_000;
let home: ReturnType<typeof openMemoryHome>;
const means = { clock: () => nowMs++, random: randomBytes };
beforeEach(() => {
  home = openMemoryHome();
  people = openPeople(home, means);
});

const owner = { all: 'owner' } as const;
const ada = { email: 'Ada@A.test', name: 'Ada', rights: owner };

test('an e-mail has one person, however it is written', async () => {
  const { id, email } = await people.add(ada);
  expect(email).toBe('ada@a.test');
  expect((await people.byEmail(' ADA@a.test '))?.id).toBe(id);
  await expect(people.add({ ...ada, email: 'aDa@a.test' })).rejects.toMatchObject({
    fault: 'conflict',
  });
});

test('an e-mail is free again once nobody has it', async () => {
  const { id } = await people.add(ada);
  await people.add({ ...ada, email: 'eve@a.test' });
  await people.change(id, (person) => ({ ...person, email: 'new@a.test' }));
  expect(await people.byEmail('ada@a.test')).toBeUndefined();
  await people.add(ada);
  await people.remove(id);
  await people.add({ ...ada, email: 'new@a.test' });
});

test('a claim of an e-mail that a cut has left is taken over', async () => {
  await home.rows.append([{ partition: 'emails', sort: 'ada@a.test', value: '"nobody"' }]);
  expect((await people.add(ada)).email).toBe('ada@a.test');
});

test('somebody stays an owner', async () => {
  const { id } = await people.add(ada);
  const less = () => people.change(id, (person) => ({ ...person, rights: { all: 'admin' } }));
  await expect(less()).rejects.toMatchObject({ fields: { role: [expect.any(String)] } });
  await expect(people.remove(id)).rejects.toMatchObject({ fault: 'conflict' });
  await people.add({ ...ada, email: 'eve@a.test' });
  expect((await less()).rights).toEqual({ all: 'admin' });
});

test.each<[Record<string, unknown>, string]>([
  [{ email: 'none' }, 'email'],
  [{ email: 'a b@a.test' }, 'email'],
  [{ email: 'a@a.test\nBcc: b@a.test' }, 'email'],
  [{ name: 'two\nlines' }, 'name'],
  [{ name: '' }, 'name'],
])('%j is refused by its field', async (wrong, field) => {
  const added = people.add({ ...ada, ...wrong });
  await expect(added).rejects.toMatchObject({ fields: { [field]: [expect.any(String)] } });
});

test('an invitation is good once, and not after its time', async () => {
  const invitations = openInvitations(home, means);
  const { token, facts } = await invitations.make({ kind: 'invite', rights: owner });
  expect(await invitations.find(token)).toEqual(facts);
  const tried = await Promise.allSettled([invitations.use(token), invitations.use(token)]);
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(invitations.use(token)).rejects.toMatchObject({ fault: 'not-found' });
  const later = await invitations.make({ kind: 'invite', rights: owner });
  nowMs = later.facts.endsMs;
  expect(await invitations.find(later.token)).toBeUndefined();
  await invitations.sweep(nowMs);
  for await (const row of await home.rows.scan('invitations')) expect(row).toBe(undefined);
});

test.each<[Rights, string | undefined, string | undefined]>([
  [{}, 'one', undefined],
  [{ all: 'viewer' }, 'one', 'viewer'],
  [{ all: 'viewer', sites: { one: 'admin' } }, 'one', 'admin'],
  [{ all: 'admin', sites: { one: 'viewer' } }, 'one', 'admin'],
  [{ sites: { one: 'owner' } }, 'two', undefined],
  [{ sites: { one: 'owner' } }, undefined, undefined],
  [{ sites: {} }, '__proto__', undefined],
])('of %j on %s the role is %s', (rights, site, role) => {
  expect(roleOn(rights, site)).toBe(role);
});

test('roles are ordered, and changed one by one', () => {
  expect(isAtLeast('admin', 'editor')).toBe(true);
  expect(isAtLeast('viewer', 'editor')).toBe(false);
  expect(isAtLeast(undefined, 'viewer')).toBe(false);
  expect(mostOf({ all: 'viewer', sites: { one: 'admin', two: 'editor' } })).toBe('admin');
  expect(withRole({ all: 'viewer' }, 'admin', 'one')).toEqual({
    ...{ all: 'viewer', sites: { one: 'admin' } },
  });
  expect(withRole({ all: 'viewer', sites: { one: 'admin' } }, undefined)).toEqual({
    sites: { one: 'admin' },
  });
});
