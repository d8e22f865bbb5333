import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

const names = ['port', 'public-url', 'trust-proxy', 'DAYBOOK_DATA'];

test.each([
  ['prot', 'port'],
  ['public_url', 'public-url'],
  ['publicurl', 'public-url'],
  ['trusted-proxy', 'trust-proxy'],
  ['DAYBOOK_DATE', 'DAYBOOK_DATA'],
  ['daybook_data', 'DAYBOOK_DATA'],
  ['host', undefined],
  ['', undefined],
])('who wrote %j meant %j', (text, name) => {
  expect(nearest(text, names)).toBe(name);
});

test('the nearest of several', () => {
  expect(nearest('goal', ['goals', 'goal', 'gaol'])).toBe('goal');
  expect(didYouMean('golas', ['segments', 'goals'])).toBe('; did you mean goals?');
  expect(didYouMean('zzz', names)).toBe('');
});
