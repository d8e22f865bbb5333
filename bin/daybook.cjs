#!/usr/bin/env node
// This is CommonJS on purpose: libuv reads UV_THREADPOOL_SIZE when its pool first starts, and code
// of an ES module runs too late to set it. LMDB's commits and DuckDB's queries share the pool. With
// the default of 4 threads, a few long queries would delay every acknowledgement.
process.env.UV_THREADPOOL_SIZE ??= '16';

import('../dist/program/entry/cli/cli.js').then(
  ({ main }) => main(process.argv, require('../package.json').version),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('cli.js'))
      throw error;
    console.error('Daybook is not built yet: run `npm run build` first.');
    process.exitCode = 1;
  },
);
