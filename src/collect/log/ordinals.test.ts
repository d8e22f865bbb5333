import { expect, test } from 'vitest';
import { countOrdinals } from './ordinals.ts';

/** Ordinals of lines of one second, each `<source><client>`, all equal otherwise. */
function ordinalsOf(sources: number, lines: readonly string[]): (number | undefined)[] {
  const ordinals = countOrdinals(sources);
  return lines.map((line) =>
    ordinals.of({ key: 'k', timeMs: 60_000, client: line.slice(1) }, Number(line[0])),
  );
}

const _ = undefined;

test.each<[string, number, string[], (number | undefined)[]]>([
  ['equal lines of one file', 1, ['0a', '0a', '0b', '0a'], [0, 1, 2, 3]],
  ['the same file twice', 2, ['0a', '0a', '0b', '1a', '1a', '1b'], [0, 1, 2, _, _, _]],
  ['a copy that has grown', 2, ['0a', '0b', '1a', '1b', '1a'], [0, 1, _, _, 2]],
  ['two servers', 2, ['0a', '1b', '0a', '1c'], [0, 1, 2, 3]],
  ['the grown copy first', 2, ['0a', '0a', '1a'], [0, 1, _]],
])('%s', (_name, sources, lines, expected) => expect(ordinalsOf(sources, lines)).toEqual(expected));

test('other lines have ordinals of their own', () => {
  const ordinals = countOrdinals(1);
  const of = (key: string, timeMs: number) => ordinals.of({ key, timeMs, client: 'a' }, 0);
  expect([of('k', 1), of('l', 1), of('k', 1)]).toEqual([0, 0, 1]);
});

test('are remembered for five minutes beyond where all sources are', () => {
  const ordinals = countOrdinals(1);
  const of = () => ordinals.of({ key: 'k', timeMs: 60_000, client: 'a' }, 0);
  expect(of()).toBe(0);
  ordinals.passed(6 * 60_000);
  expect(of()).toBe(1);
  ordinals.passed(7 * 60_000);
  expect(of()).toBe(0);
});
