import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { noticesOf } from '../scripts/notices.mjs';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
const inModules = (path: string) => `${modules}${path}`;

test('the notices name every package that was built in, with its licence in full', () => {
  const notices = noticesOf(
    [
      inModules('preact/dist/preact.mjs'),
      inModules('preact/hooks/dist/hooks.mjs'),
      inModules('@preact/signals/dist/signals.mjs'),
      inModules('world-atlas/package.json'),
      '/somewhere/dashboard/main.tsx',
    ],
    'Built in.',
    { 'world-atlas': 'The map of the world.' },
  );
  const named = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.+)\)$/gm)];
  expect(named.map(([, name, licence]) => `${name}: ${licence}`)).toEqual([
    '@preact/signals: MIT',
    'preact: MIT',
    'world-atlas: ISC',
  ]);
  expect(notices).toContain('The map of the world.');
  expect(notices).toContain('Copyright (c) 2015-present Jason Miller');
});

test('what is under another kind of licence is refused', () => {
  expect(() => noticesOf([inModules('axe-core/axe.js')], '')).toThrow(/axe-core is under MPL-2.0/);
});
