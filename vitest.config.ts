import { defineConfig } from 'vitest/config';

/** Test files that take 10 s or more, and are about one thing each. Only `.ci/run` runs them. */
const long = [
  'test/collect/classic-table-import.test.ts',
  'test/exchange/export-and-import-commands.test.ts',
  'test/report/ranges-across-years.test.ts',
];
const everyCase = process.env['DAYBOOK_TEST_HOMES'] === 'every';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'dashboard/**/*.test.ts',
      'tracker/**/*.test.ts',
    ],
    exclude: ['**/*.extra.test.ts', ...(everyCase ? [] : long)],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // For two cores: a third worker saves a tenth of the time, but makes tests fail that measure
    // time (those that kill processes, use a browser, or use AWS's stores).
    maxWorkers: 2,
  },
});
