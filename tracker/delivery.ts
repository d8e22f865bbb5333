/** What a `fetch` comes to: the answer's status. Rejects where there was none. */
export type Post = (body: string) => Promise<number>;
export type Wait = (run: () => void, ms: number) => void;

/** Pauses before the second, third and fourth try, in ms. */
const pausesMs = [1_000, 5_000, 30_000];

/**
 * Sends a hit until the server has an opinion of it: again after a network failure and after any
 * 5xx, four times in all. `body` is asked for each time (an age grows), but its id must stay the
 * same: that is what makes sending again safe. `done` gets the last status, 0 where no answer came.
 */
export function deliver(
  body: () => string,
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
  post(body()).then(end, () => end(0));
}
