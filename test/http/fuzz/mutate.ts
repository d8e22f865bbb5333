import type { Chance } from '../../../src/entry/demo/chance.ts';
import { hostileJson, hostileText, oneOf, wholeBelow } from './values.ts';

/**
 * A JSON text with a few of its parts changed: replaced by hostile values, left out, doubled,
 * wrapped, or renamed. The result is JSON.
 */
export function mutatedJson(chance: Chance, value: unknown): string {
  const parts = countOf(value);
  const chosen = new Set<number>();
  const changes = oneOf(chance, [1, 1, 1, 2, 3]);
  for (let i = 0; i < changes; i++) chosen.add(wholeBelow(chance, parts));
  let at = 0;

  function write(part: unknown): string {
    const isChosen = chosen.has(at++);
    const text = writeInner(part);
    if (!isChosen) return text;
    const kind = wholeBelow(chance, 6);
    if (kind === 0) return `[${text}]`;
    if (kind === 1) return `{${JSON.stringify(hostileText(chance))}:${text}}`;
    return hostileJson(chance);
  }

  function writeInner(part: unknown): string {
    if (Array.isArray(part)) return `[${members(part.map(write), hostileJson)}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const fields = Object.entries(part).map(([name, inner]) => {
      const text = write(inner);
      const named = chance.happens(0.01) ? hostileText(chance) : name;
      return `${JSON.stringify(named)}:${text}`;
    });
    return `{${members(fields, hostileField)}}`;
  }

  /** Sometimes one of them is left out, doubled, or joined by another one. */
  function members(all: string[], make: (chance: Chance) => string): string {
    if (!chance.happens(0.06)) return all.join();
    const i = wholeBelow(chance, all.length + 1);
    const more = oneOf(chance, [[], all.slice(i, i + 1), [make(chance)]]);
    return [...all.slice(0, i), ...more, ...all.slice(more.length > 0 ? i : i + 1)].join();
  }

  return write(value);
}

const hostileField = (chance: Chance) =>
  `${JSON.stringify(hostileText(chance))}:${hostileJson(chance)}`;

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countOf(inner), 1);
}

/** Bytes with a few changed, added, doubled or left out. */
export function mutatedBytes(chance: Chance, bytes: Buffer): Buffer {
  let changed = bytes;
  const changes = oneOf(chance, [1, 1, 2, 4, 8]);
  for (let i = 0; i < changes; i++) changed = changedOnce(chance, changed);
  return changed;
}

const tokens = [
  '\0',
  '\r\n',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '%',
  '\xff',
  '\xc0\xaf',
  '__proto__',
];

function changedOnce(chance: Chance, bytes: Buffer): Buffer {
  const at = wholeBelow(chance, bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + wholeBelow(chance, oneOf(chance, [1, 4, 64])));
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(end);
  switch (wholeBelow(chance, 5)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at]! ^= 1 << wholeBelow(chance, 8);
      return flipped;
    }
    case 1:
      return Buffer.concat([before, Buffer.from([wholeBelow(chance, 256)]), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([
        before,
        Buffer.from(oneOf(chance, tokens), 'latin1'),
        bytes.subarray(at),
      ]);
    case 3:
      return Buffer.concat([before, after]);
    default:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  }
}
