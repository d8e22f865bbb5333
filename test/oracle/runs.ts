/**
 * The options for running a property. `ORACLE_SEED` draws other cases, `ORACLE_RUNS` more of them,
 * and `ORACLE_PATH` repeats one.
 */
export function runsOf(seed: number, numRuns: number) {
  const { ORACLE_SEED, ORACLE_RUNS, ORACLE_PATH: path } = process.env;
  return {
    seed: Number(ORACLE_SEED ?? seed),
    numRuns: Number(ORACLE_RUNS ?? numRuns),
    endOnFailure: true,
    ...(path === undefined ? {} : { path }),
  };
}
