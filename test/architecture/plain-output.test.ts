import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../../src/entry/', import.meta.url));

/** Where texts are made plain, or are ours alone. */
const allowed = [
  ...['cli/cli.ts', 'cli/data.ts', 'log.ts'],
  // The answer of a function, and an error that has no log yet.
  ...['lambda/close.ts', 'lambda/gateway.ts'],
];

test('texts reach a terminal only by say, note and the log, which leave no mark to control it', () => {
  const files = readdirSync(entry, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => !allowed.includes(name));
  expect(files.length).toBeGreaterThan(30);
  const printing = /\b(stdout|stderr)\.write\(|\bconsole\.|\bpino\(/;
  expect(files.filter((name) => printing.test(readFileSync(`${entry}${name}`, 'utf8')))).toEqual(
    [],
  );
});
