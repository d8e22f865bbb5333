import { defineConfig } from 'vitest/config';

/** For `scripts/mutants.mjs`: what hangs because of a mistake ends sooner; one failure is enough. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 1,
    isolate: false,
  },
});
