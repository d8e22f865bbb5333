import { describe, expect, test } from 'vitest';
import {
  addGoal,
  type GoalFields,
  goalId,
  maxGoals,
  readGoal,
  removeGoal,
  showGoal,
} from './goals.ts';
import type { Goal, Site } from './site.ts';

const site: Site = {
  id: 'aaaaaaaaaaaa',
  domain: 'example.com',
  zones: [],
  createdMs: 0,
  open: false,
  default: false,
  respectsGpc: false,
  excludedAddresses: [],
  excludedPages: [],
};
const withGoals = (...asked: GoalFields[]) =>
  asked.reduce<Site>((before, fields) => addGoal(before, fields).site, site);

test.each<[string, GoalFields, Goal]>([
  ['an event', { event: 'Signup' }, { name: 'Signup', event: 'Signup' }],
  ['a page', { page: '/thanks/**' }, { name: 'Visit /thanks/**', page: '/thanks/**' }],
  ['a name of its own', { page: '/t', name: 'Thanks' }, { name: 'Thanks', page: '/t' }],
  ['revenue', { event: 'Buy', currency: 'eur' }, { name: 'Buy', event: 'Buy', currency: 'EUR' }],
])('%s', (_, fields, goal) => expect(readGoal(fields)).toEqual(goal));

test.each<[string, GoalFields, string]>([
  ['nothing', {}, 'goal: expected either an event or a page, got nothing'],
  ['both', { event: 'A', page: '/a' }, 'goal: expected either an event or a page'],
  ['an empty event', { event: ' ' }, 'event: expected the name of an event'],
  ['a number for an event', { event: 7 }, 'event: expected the name of an event'],
  ['a long event', { event: 'a'.repeat(121) }, 'event: expected'],
  ['every pageview', { event: 'pageview' }, 'none of pageview, engagement'],
  ['engagement', { event: 'engagement' }, 'none of pageview, engagement'],
  ['a page without a slash', { page: 'thanks' }, 'page: expected a path that starts with /'],
  ['a long page', { page: `/${'a'.repeat(500)}` }, 'page: expected'],
  ['a NUL', { event: 'a\0' }, 'event: expected'],
  ['half a letter', { event: '\ud800' }, 'event: expected'],
  ['an empty name', { event: 'A', name: '' }, 'name: expected a text'],
  [
    'a currency by its name',
    { event: 'A', currency: 'Euro' },
    'currency: expected an ISO 4217 code',
  ],
  [
    'a page with a currency',
    { page: '/a', currency: 'EUR' },
    'currency: expected none beside a page',
  ],
])('%s is no goal', (_, fields, message) => expect(() => readGoal(fields)).toThrow(message));

describe('goals of a site', () => {
  test('one that is there is found, not added again', () => {
    const before = withGoals({ event: 'Buy', name: 'Sale', currency: 'EUR' });
    for (const again of [{ event: 'Buy' }, { event: 'Buy', name: 'Sale', currency: 'eur' }]) {
      const { site: after, goal } = addGoal(before, again);
      expect(after).toBe(before);
      expect(goal).toEqual({ name: 'Sale', event: 'Buy', currency: 'EUR' });
    }
  });

  test.each<[string, GoalFields]>([
    ['of the same event by another name', { event: 'Buy', name: 'Purchase' }],
    ['of the same event in another currency', { event: 'Buy', currency: 'USD' }],
    ['of another event by a name that is taken', { event: 'Order', name: 'Buy' }],
    ['of a page by a name that is taken', { page: '/buy', name: 'Buy' }],
  ])('one %s is refused', (_, fields) => {
    expect(() => addGoal(withGoals({ event: 'Buy', currency: 'EUR' }), fields)).toThrow(
      /there is a(nother)? goal/,
    );
  });

  test('an id is of the event or page, whatever its name', () => {
    const id = goalId(readGoal({ event: '/a' }));
    expect(id).toMatch(/^\d{1,15}$/);
    expect(goalId(readGoal({ event: '/a', name: 'Other' }))).toBe(id);
    expect(goalId(readGoal({ page: '/a' }))).not.toBe(id);
  });

  test('at most 1,000, and no more than a row can hold', () => {
    const many = Array.from({ length: maxGoals }, (_, i) => ({ name: `e${i}`, event: `e${i}` }));
    expect(() => addGoal({ ...site, goals: many.slice(1) }, { event: 'last' })).not.toThrow();
    expect(() => addGoal({ ...site, goals: many }, { event: 'last' })).toThrow(
      'at most 1000 goals',
    );
    const long = many.slice(1).map((goal) => ({ ...goal, name: goal.name.padEnd(120, '.') }));
    expect(() => addGoal({ ...site, goals: long }, { event: 'last' })).toThrow('131072 bytes');
  });

  test('one is removed by its name or its id', () => {
    const both = withGoals({ event: 'A' }, { page: '/b' });
    expect(removeGoal(both, 'A').site.goals).toEqual([{ name: 'Visit /b', page: '/b' }]);
    const { site: left, goal } = removeGoal(both, goalId({ name: '', page: '/b' }));
    expect([left.goals, goal.name]).toEqual([[{ name: 'A', event: 'A' }], 'Visit /b']);
    expect(() => removeGoal(both, 'C')).toThrow('there is no goal "C"');
    expect(() => removeGoal(site, 'C')).toThrow('there is no goal "C"');
  });

  test('shown in the field’s own names', () => {
    expect(showGoal({ name: 'Sale', event: 'Buy', currency: 'EUR' })).toEqual({
      id: expect.stringMatching(/^\d+$/),
      goal_type: 'event',
      display_name: 'Sale',
      event_name: 'Buy',
      page_path: null,
      currency: 'EUR',
    });
  });
});
