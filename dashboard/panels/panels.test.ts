import { expect, test } from 'vitest';
import { panels, panelsOf, tabIn, tabNamed, valuesTab } from './panels.ts';

test('no two tabs have one name', () => {
  const keys = panels.flatMap(({ tabs }) => tabs.map(({ key }) => key));
  expect(new Set(keys).size).toBe(keys.length);
});

test('a row of the properties opens the values of that property, from where one gets back', () => {
  const names = tabNamed('property')!;
  const values = tabNamed(valuesTab('plan: “x”'));
  expect(values).toMatchObject({
    dimension: 'prop:plan: “x”',
    from: 'property',
    only: [['is_not', 'event:props:plan: “x”', ['(not set)']]],
  });
  const [open] = panels.filter((panel) => tabIn(panel, 'prop:plan') !== undefined);
  expect(open?.tabs).toContain(names);
});

test('all sites together have a panel by site, and no goals', () => {
  const names = (site: string) => panelsOf(site).map(({ name }) => name);
  expect(names('*')).toEqual(['sites', ...names('a.test').filter((name) => name !== 'goals')]);
});

test.each(['', 'prop:', 'nothing'])('%j is no tab', (key) => {
  expect(tabNamed(key)).toBeUndefined();
});
