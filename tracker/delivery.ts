/** Sends a body, and gives the answer's status. Rejects where no answer came. */
export type Post = (body: string) => Promise<number>;
export type Wait = (run: () => void, ms: number) => void;

/** The pauses before the second, third and fourth try, in ms. */
const pausesMs = [1_000, 5_000, 30_000];

/**
 * Sends a hit until the server accepts or refuses it: again after a network failure and after any
 * 5xx, at most four times in all. `body` is called for each try, because an age grows: `again` from
 * the second on. The hit's id must stay the same, which makes sending again safe. `done` gets the
 * last status, 0 where no answer came.
 */
export function deliver(
  body: (again: boolean) => string,
  post: Post,
  wait: Wait,
  done: (status: number) => void,
  tried = 0,
): void {
  const end = (status: number) => {
    const pauseMs = pausesMs[tried];
    if (pauseMs && (!status || status > 499))
      wait(() => deliver(body, post, wait, done, tried + 1), pauseMs);
    else done(status);
  };
  post(body(tried > 0)).then(end, () => end(0));
}
