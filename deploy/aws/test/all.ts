import { readdirSync } from 'node:fs';

// Every test file in one process: loading CDK takes longer than all of the tests.
for (const name of readdirSync(new URL('.', import.meta.url)).sort())
  if (name.endsWith('.test.js')) await import(new URL(name, import.meta.url).href);
