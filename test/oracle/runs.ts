/**
 * The options for running a property. `ORACLE_SEED` draws other cases, `ORACLE_RUNS` more of them,
 * and `ORACLE_PATH` repeats one. `share`: of more cases, where each takes long.
 */
export function runsOf(seed: number, numRuns: number, share = 1) {
  const { ORACLE_SEED, ORACLE_RUNS, ORACLE_PATH: path } = process.env;
  return {
    seed: Number(ORACLE_SEED ?? seed),
    numRuns: ORACLE_RUNS === undefined ? numRuns : Math.ceil(Number(ORACLE_RUNS) * share),
    endOnFailure: true,
    ...(path === undefined ? {} : { path }),
  };
}
