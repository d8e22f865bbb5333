// Builds the scripts of the tracker into dist/dashboard/js, beside the built pages.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle, scripts } from './builds.mjs';

const out = fileURLToPath(new URL('../dist/dashboard/js/', import.meta.url));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, { entry, parts }] of Object.entries(scripts))
  writeFileSync(out + name, await bundle(entry, parts));
