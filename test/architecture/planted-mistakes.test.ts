import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { plantedMistakes } from '../../scripts/planted-mistakes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(plantedMistakes)('the mistake can still be planted: $what', ({ file, from, to, by }) => {
  expect(readFileSync(root + file, 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  expect(existsSync(root + by)).toBe(true);
});
