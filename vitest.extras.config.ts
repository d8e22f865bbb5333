import { defineConfig } from 'vitest/config';

/**
 * Tests that need more than Node and npm (root, a small disk, strace), or take minutes. `.ci/run`
 * installs what they need and runs them.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.extra.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    fileParallelism: false,
  },
});
