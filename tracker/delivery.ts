/**
 * What the server answered: a status, and where it says so, after how many seconds to send again
 * (`Retry-After`).
 */
export type Answer = { readonly status: number; readonly after: string | null };
/** Sends a body. Rejects where no answer came. */
export type Post = (body: string) => Promise<Answer>;
export type Wait = (run: () => void, ms: number) => void;

/** The pauses before the second, third and fourth try, in ms. */
const pausesMs = [1_000, 5_000, 30_000];

/** Nobody is waited for longer. */
const longestMs = 3_600_000;

/**
 * Sends a hit until the server accepts or refuses it: again after a network failure, after 429 (too
 * many at once) and after any 5xx, at most four times in all, and not before the server says.
 * `body` is called for each try, because an age grows: `again` from the second on. The hit's id
 * must stay the same, which makes sending again safe. `done` gets the last status, 0 where no
 * answer came.
 */
export function deliver(
  body: (again: boolean) => string,
  post: Post,
  wait: Wait,
  done: (status: number) => void,
  tried = 0,
): void {
  const end = ({ status, after }: Answer) => {
    const pauseMs = pausesMs[tried];
    if (pauseMs && (!status || status === 429 || status > 499))
      wait(
        () => deliver(body, post, wait, done, tried + 1),
        Math.min(longestMs, Math.max(pauseMs, 1_000 * Number(after) || 0)),
      );
    else done(status);
  };
  post(body(tried > 0)).then(end, () => end({ status: 0, after: null }));
}
