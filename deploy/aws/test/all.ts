import { readdirSync } from 'node:fs';

// Runs all test files in one process: loading CDK takes longer than all the tests together.
for (const name of readdirSync(new URL('.', import.meta.url)).sort())
  if (name.endsWith('.test.js')) await import(new URL(name, import.meta.url).href);
