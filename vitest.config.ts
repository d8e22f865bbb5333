import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'dashboard/**/*.test.ts', 'tracker/**/*.test.ts'],
    exclude: ['test/extras/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: more workers only make the timing-sensitive suites (kill, browser) slower.
    maxWorkers: 2,
  },
});
