import { expect, test } from 'vitest';
import { dropReasons } from '../../src/model/drop-reasons.ts';
import { explainDrop } from './drop-reasons.ts';

test.each([...dropReasons])('%s is explained', (reason) => {
  expect(explainDrop(reason).words).not.toBe('');
});

test('a reason that is new here is at least named', () => {
  expect(explainDrop('constructor')).toEqual({ title: 'constructor', words: '' });
});
