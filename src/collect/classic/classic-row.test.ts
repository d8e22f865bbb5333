import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClassicRow, visitorTraits } from './classic-row.ts';

const more = {
  platform: 'MacIntel',
  userAgent: 'Browser',
  language: 'en-US',
  location: { latitude: 38.03, longitude: -78.5, accuracy: { metres: 5, by: 'gps' } },
  note: [{ b: 1, a: 2 }, null, 'x'],
};

/** A value whose objects have their keys in an order that `shuffle` chooses. */
function reordered(value: unknown, shuffle: <T>(items: readonly T[]) => T[]): unknown {
  if (Array.isArray(value)) return value.map((one) => reordered(one, shuffle));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    shuffle(Object.entries(value)).map(([name, one]) => [name, reordered(one, shuffle)]),
  );
}

/** All that a row becomes, as text: its id, its visitor's traits, and what is kept of it. */
function become(fields: object): string[] {
  const row = { pagePath: '/', timestamp: '1700000000.25', more: { ...fields } };
  const view = readClassicRow(row, 1_800_000_000_000);
  if ('expected' in view) throw new Error(view.expected);
  const { candidate } = view;
  return [candidate.id!, visitorTraits(candidate), JSON.stringify(candidate.sent)];
}

test('a row is the same hit of the same visitor in whatever order its keys come', () => {
  const expected = become(more);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(1_000)), (numbers) => {
      const shuffle = <T>(items: readonly T[]): T[] => {
        const left = [...items];
        return items.map(() => left.splice(numbers.next().value! % left.length, 1)[0]!);
      };
      expect(become(reordered(more, shuffle) as object)).toEqual(expected);
    }),
  );
});

test('who was somewhere else, or says more, is another visitor', () => {
  const [id, traits] = become(more);
  const moved = become({ ...more, location: { latitude: -78.5, longitude: 38.03 } });
  expect(moved[0]).toBe(id);
  expect(moved[1]).not.toBe(traits);
  expect(become({ ...more, language: 'de' })[1]).not.toBe(traits);
});

test('a row as the course writes it keeps the visitor that earlier versions gave it', () => {
  const { location: _, ...others } = more;
  const location = { latitude: 38.03, longitude: -78.5 };
  expect(become({ ...others, location })[1]).toBe(
    'Browser\nen-US\n"MacIntel"\n{"latitude":38.03,"longitude":-78.5}',
  );
});
