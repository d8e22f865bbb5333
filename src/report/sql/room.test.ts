import { expect, test } from 'vitest';
import { openRoom } from './room.ts';

const limits = { values: 10, characters: 12 };

test('so many values fit into all answers together', () => {
  const room = openRoom(limits, 2);
  room.take([
    ['a', 1],
    ['b', 2],
  ]);
  room.take([[null, 1n]]);
  room.takeLabels(4);
  expect(() => room.takeLabels(1)).toThrow(
    'queries: expected at most 10 values in all rows together: a lower pagination.limit in each, ' +
      'or fewer dimensions and metrics; got "more"',
  );
});

test('so many characters do', () => {
  const room = openRoom(limits, 1);
  room.take([['six of', 6]]);
  expect(() => room.take([['more than', 6]])).toThrow(
    'pagination.limit: expected at most 12 characters in all rows together: a lower ' +
      'pagination.limit, or fewer dimensions and metrics; got "more"',
  );
});
