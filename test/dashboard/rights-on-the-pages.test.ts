import { expect, test } from 'vitest';
import { givenBy, mayDo, needs, noRights } from '../../dashboard/model/rights.ts';
import { auditTexts } from '../../dashboard/texts/texts.ts';
import { routes } from '../../src/http/routes.ts';

test.each(Object.entries(needs))('%s asks for what its route asks for', (_, { route, who, on }) => {
  const entry = routes.find(({ method, path }) => `${method} ${path}` === route);
  expect(entry?.who).toBe(who);
  expect(on).toBe(entry?.site !== undefined ? 'site' : entry?.isOfTheirs ? 'any' : 'all');
});

const ofOne = { all: null, sites: { 'a.test': 'admin', 'b.test': 'viewer' } } as const;

test.each([
  ['nobody', noRights, 'readRows', 'a.test', false],
  ['a viewer reads', ofOne, 'readRows', 'b.test', true],
  ['a viewer keeps no goals', ofOne, 'changeGoals', 'b.test', false],
  ['an admin of one site', ofOne, 'share', 'a.test', true],
  ['but of no other', ofOne, 'share', 'c.test', false],
  ['adding sites takes a role for all', ofOne, 'addSite', 'a.test', false],
  ['people are seen by an admin of any site', ofOne, 'seePeople', undefined, true],
  ['a role for all is one for each', { all: 'editor', sites: {} }, 'annotate', 'c.test', true],
  ['the greater of both counts', { ...ofOne, all: 'editor' }, 'changeGoals', 'b.test', true],
] as const)('%s', (_, rights, action, domain, expected) => {
  expect(mayDo(rights, action, domain)).toBe(expected);
});

test('one gives what one has, and nothing below admin', () => {
  expect(givenBy({ all: 'owner', sites: {} })).toEqual(['viewer', 'editor', 'admin', 'owner']);
  expect(givenBy(ofOne)).toEqual([]);
  expect(givenBy(ofOne, 'a.test')).toEqual(['viewer', 'editor', 'admin']);
  expect(givenBy(ofOne, 'b.test')).toEqual([]);
});

const written = ['session.begin', 'person.sign-up', 'hits.prune', 'key.replace'];

const done = new Set([...routes.flatMap(({ does }) => does ?? []), ...written]);

test.each([...done])('the audit log says %s in words', (name) => {
  expect(auditTexts.what[name]).toMatch(/^[a-z]+ /);
});
