import { expect, test } from 'vitest';
import { noticesOf } from './notices.ts';

const inModules = (path: string) => `/somewhere/node_modules/${path}`;

test('the notices name every package that was built in, with its licence in full', () => {
  const notices = noticesOf([
    inModules('preact/dist/preact.mjs'),
    inModules('preact/hooks/dist/hooks.mjs'),
    inModules('@preact/signals/dist/signals.mjs'),
    '/somewhere/dashboard/main.tsx',
  ]);
  const named = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.+)\)$/gm)];
  expect(named.map(([, name, licence]) => `${name}: ${licence}`)).toEqual([
    '@preact/signals: MIT',
    'country-flag-icons: MIT',
    'preact: MIT',
    'simple-icons: CC0-1.0',
    'world-atlas: ISC',
  ]);
  expect(notices).toContain('Copyright (c) 2015-present Jason Miller');
});

test('what is under another kind of licence is refused', () => {
  expect(() => noticesOf([inModules('axe-core/axe.js')])).toThrow(/axe-core is under MPL-2.0/);
});
