#!/usr/bin/env node
// CommonJS on purpose: libuv reads UV_THREADPOOL_SIZE when its pool first starts, and inside an ES
// module graph that is too late. LMDB commits and DuckDB queries share the pool; with the default
// of 4 a few long queries would hold up every acknowledgement.
process.env.UV_THREADPOOL_SIZE ??= '16';

import('../dist/src/entry/cli/cli.js').then(
  ({ main }) => main(process.argv, require('../package.json').version),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('cli.js'))
      throw error;
    console.error('Daybook is not built yet: run `npm run build` first.');
    process.exitCode = 1;
  },
);
