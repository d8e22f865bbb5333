import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The systems of docs/installing.md: each native package has a binary for each of them. */
const systems = [
  ...['x64', 'arm64'].flatMap((cpu) => [
    { os: 'linux', cpu, libc: 'glibc' },
    { os: 'linux', cpu, libc: 'musl' },
    { os: 'darwin', cpu },
    { os: 'win32', cpu },
  ]),
];

type Locked = {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  /** LMDB's names none: one package has both. */
  readonly libc?: readonly string[];
};

const lock = new URL('../../package-lock.json', import.meta.url);
const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};
const locked = (name: string) => packages[`node_modules/${name}`]!;

const native = ['@duckdb/node-bindings', '@node-rs/argon2', 'lmdb'];

test.each(systems)('$os $cpu $libc', ({ os, cpu, ...system }) => {
  const lacking = native.filter(
    (name) =>
      !Object.keys(locked(name).optionalDependencies!)
        .map(locked)
        .some(
          (one) =>
            one.os?.includes(os) &&
            one.cpu?.includes(cpu) &&
            (one.libc === undefined || !('libc' in system) || one.libc.includes(system.libc)),
        ),
  );
  expect(lacking).toEqual([]);
});
