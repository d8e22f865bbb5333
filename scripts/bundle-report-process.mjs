// Makes one file of the report process and what it always loads, over that of tsc in dist/. It is
// started by the first question, which waits for it: 330 files, more than half of them DuckDB's
// own, took twice as long to load.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const folder = fileURLToPath(new URL('../', import.meta.url));

const bundle = await rolldown({
  input: { 'report-process': `${folder}src/entry/server/report-process.ts` },
  platform: 'node',
  // Binaries with the packages that find them, and what is loaded on AWS alone.
  external: ['@duckdb/node-bindings', 'lmdb', /^@aws-sdk\//],
  logLevel: 'warn',
  checks: { eval: false },
});
await bundle.write({
  dir: `${folder}dist/src/entry/server`,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'report-process/[name]-[hash].js',
});
await bundle.close();
