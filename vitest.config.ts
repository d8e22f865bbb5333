import { defineConfig } from 'vitest/config';

/** Test files that take 5 s or more, and are about one thing each. Only `.ci/run` runs them. */
const long = [
  'src/close/amended-close.test.ts',
  'src/close/pack-day.test.ts',
  'src/close/small-days.test.ts',
  'src/entry/demo/demo.test.ts',
  'test/account/passkeys-in-a-browser.test.ts',
  'test/account/signing-in.test.ts',
  'test/clients/node-client-killed.test.ts',
  'test/close/empty-days.test.ts',
  'test/close/erasure.test.ts',
  'test/close/huge-cardinality.test.ts',
  'test/close/late-hits.test.ts',
  'test/close/pruned-days.test.ts',
  'test/close/taking-back.test.ts',
  'test/close/wrong-clock.test.ts',
  'test/collect/classic-table-import.test.ts',
  'test/collect/log-import.test.ts',
  'test/collect/no-trace-of-visitors.test.ts',
  'test/dashboard/chart-and-layout.test.ts',
  'test/dashboard/every-tab-of-the-demo.test.ts',
  'test/dashboard/first-run.test.ts',
  'test/dashboard/goals-filters-and-palette.test.ts',
  'test/dashboard/live.test.ts',
  'test/dashboard/numbers-filters-and-keyboard.test.ts',
  'test/dashboard/people.test.ts',
  'test/dashboard/report-updates-itself.test.ts',
  'test/dashboard/settings.test.ts',
  'test/dashboard/states.test.ts',
  'test/dashboard/shared-page.test.ts',
  'test/dashboard/visits.test.ts',
  'test/days/acknowledged-erasure.test.ts',
  'test/days/changed-time-zone.test.ts',
  'test/days/pages-of-earlier-versions.test.ts',
  'test/earlier-data/earlier-data.test.ts',
  'test/entry/cities.test.ts',
  'test/entry/close-process.test.ts',
  'test/entry/commands.test.ts',
  'test/entry/embedded.test.ts',
  'test/entry/erase-prune-verify.test.ts',
  'test/entry/lambda/classic-table.test.ts',
  'test/entry/lambda/functions-together.test.ts',
  'test/entry/lambda/pages-through-the-gateway.test.ts',
  'test/entry/lambda/rights.test.ts',
  'test/exchange/export-and-import-commands.test.ts',
  'test/exchange/round-trip.test.ts',
  'test/home/aws-lost-answers.test.ts',
  'test/home/damaged-data.test.ts',
  'test/hostile/hostile-text-is-inert.test.ts',
  'test/http/taking-back.test.ts',
  'test/journal/killed-under-load.test.ts',
  'test/journal/tries-near-midnight.test.ts',
  'test/journal/two-servers-on-one-store.test.ts',
  'test/ledger/bit-rot.test.ts',
  'test/oracle/closed-days.test.ts',
  'test/oracle/erased-days.test.ts',
  'test/oracle/packed-days.test.ts',
  'test/report/ranges-across-years.test.ts',
  'test/report/same-numbers-on-both-homes.test.ts',
  'test/tracker/tracker-on-odd-pages.test.ts',
  'test/tracker/tracker-package.test.ts',
  'test/visits/engagement-after-midnight.test.ts',
];
const everyCase = process.env['DAYBOOK_TEST_HOMES'] !== undefined;

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'dashboard/**/*.test.ts',
      'tracker/**/*.test.ts',
    ],
    exclude: ['**/*.extra.test.ts', ...(everyCase ? [] : long)],
    // No test is about how long something takes. The limits end what hangs, and are wide enough for
    // a machine that has other work.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // One more than the two cores that most machines of CI have: some tests wait for other
    // processes.
    maxWorkers: 3,
    // Modules are loaded once in each worker, not once for each file, which took as long as many
    // tests do. So a test leaves nothing changed behind.
    isolate: false,
  },
});
