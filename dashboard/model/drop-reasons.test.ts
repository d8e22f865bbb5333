import { expect, test } from 'vitest';
import { dropReasons } from '../../src/model/drop-reasons.ts';
import { explainDrop } from './drop-reasons.ts';

test.each([...dropReasons])('%s is explained', (reason) => {
  expect(explainDrop(reason).words).not.toBe('');
});

test('a reason unknown here is shown by its name', () => {
  expect(explainDrop('constructor')).toEqual({ title: 'constructor', words: '' });
});
