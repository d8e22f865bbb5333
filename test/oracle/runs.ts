/**
 * How a property is run: `ORACLE_SEED`, `ORACLE_RUNS` and `ORACLE_PATH` draw other cases, more, or
 * one again.
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
