import { expect, test } from 'vitest';
import { addSegment, changeSegment, maxSegments, removeSegment } from './segments.ts';
import type { Site } from './site.ts';

const bare = { id: 's', domain: 'a.test' } as unknown as Site;
const filters = [['is', 'visit:country', ['DE']]];
let made = 0;
const newId = () => String(made++).padStart(8, '0');

test('an id that the site has already is drawn again', () => {
  const ids = ['aaaaaaaa', 'aaaaaaaa', 'bbbbbbbb'];
  const draw = () => ids.shift()!;
  const one = addSegment(bare, { name: 'A', filters }, draw);
  const two = addSegment(one.site, { name: 'B', filters }, draw);
  expect(two.site.segments!.map(({ id }) => id)).toEqual(['aaaaaaaa', 'bbbbbbbb']);
});

test('what is not said of a change stays as it was', () => {
  const { site, segment } = addSegment(bare, { name: 'A', filters }, newId);
  const changed = changeSegment(site, segment.id, { name: 'B' });
  expect(changed.segment).toEqual({ ...segment, name: 'B' });
  expect(removeSegment(changed.site, segment.id).site.segments).toEqual([]);
});

test.each<[string, () => unknown, string]>([
  ['no name', () => addSegment(bare, { filters }, newId), 'name: expected a text of 1 to 120'],
  ['a line break', () => addSegment(bare, { name: 'a\nb', filters }, newId), 'name: expected'],
  ['another id', () => removeSegment(bare, 'x'), 'there is no segment "x"'],
  [
    'the name of another',
    () => addSegment(addSegment(bare, { name: 'A', filters }, newId).site, { name: 'A' }, newId),
    'there is another segment named "A"',
  ],
  [
    'more than a row may have',
    () => addSegment(bare, { name: 'A', filters: ['x'.repeat(70_000)] }, newId),
    'expected segments of 65536 bytes together',
  ],
  [
    'too many',
    () => {
      let site = bare;
      for (let i = 0; i <= maxSegments; i++)
        ({ site } = addSegment(site, { name: `S${i}`, filters }, newId));
    },
    `expected at most ${maxSegments} segments`,
  ],
])('refused: %s', (_, change, message) => {
  expect(change).toThrow(message);
});
