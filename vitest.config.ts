import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'dashboard/**/*.test.ts', 'tracker/**/*.test.ts'],
    exclude: ['test/extras/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One more than there are cores: many suites wait for processes, browsers and clocks. It saves a tenth of the time.
    maxWorkers: 3,
  },
});
