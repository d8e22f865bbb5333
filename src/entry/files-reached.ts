import type { Home } from '../home/home.ts';
import { secondMs } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';

/** Listing none of them asks the store whether it is there, at the price of one request. */
const noFile = 'ledger/-';

/** A store that is away is tried for two minutes by whoever needs a file: too long to be told. */
const answersMs = 5 * secondMs;

/** Why the ledger's files cannot be reached; undefined where they can. */
export function filesProblem({ files }: Pick<Home, 'files'>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(`no answer within ${answersMs / secondMs} s`),
      answersMs,
    );
    void files
      .list(noFile)
      .then(
        () => undefined,
        (error: unknown) => messageOf(error),
      )
      .then((problem) => {
        clearTimeout(timer);
        resolve(problem);
      });
  });
}
