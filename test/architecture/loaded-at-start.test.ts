import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** What loads with a module: `import()` and types do not. */
const loaded = /(?:^|\n)(?:import|export)\s(?!type\s)(?:[^'";]*?from\s+)?'([^']+)'/g;

/** Each package that loads with a file of `src/`, and by way of which files. */
function packagesOf(start: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (file: string, way: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from] of readFileSync(join(src, file), 'utf8').matchAll(loaded)) {
      if (from!.startsWith('.')) visit(join(dirname(file), from!), `${way} > ${from}`);
      else if (!found.has(from!)) found.set(from!, `${way} > ${from}`);
    }
  };
  visit(start, start);
  return found;
}

/** Each takes 50 to 350 ms to load: only those who need it wait for it. */
const late =
  /^(zod|@duckdb\/|@aws-sdk\/|lmdb$|user-agents$|@node-rs\/|@simplewebauthn\/|openid-client$|uqr$)/;

test.each([
  ['entry/cli/cli.ts', 'commander'],
  ['entry/cli/serve.ts', 'hono'],
  ['entry/server/server.ts', 'hono'],
  ['http/collect-app.ts', 'hono'],
])('%s loads no zod, no DuckDB and no home by itself', (file, expected) => {
  const packages = packagesOf(file);
  expect([...packages.keys()]).toContain(expected);
  expect([...packages].filter(([name]) => late.test(name))).toEqual([]);
});

test('what does load them is noticed', () => {
  expect(packagesOf('http/openapi.ts').get('zod')).toBe('http/openapi.ts > zod');
  expect([...packagesOf('home/machine/machine.ts').keys()]).toContain('lmdb');
});
