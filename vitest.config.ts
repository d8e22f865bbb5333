import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'dashboard/**/*.test.ts', 'tracker/**/*.test.ts'],
    exclude: ['test/extras/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: a third worker saves a tenth of the time, and makes suites that watch the clock (kill, browser, aws) fail.
    maxWorkers: 2,
  },
});
