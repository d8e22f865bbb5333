/**
 * What the server answered: a status, 0 where no answer came; after how many seconds to send again
 * (`Retry-After`), and why the hit was dropped, where it says so.
 */
export type Answer = {
  readonly status: number;
  readonly after?: string | null;
  readonly dropped?: string | null | undefined;
};
/** Sends a hit; `again` from the second try on. */
export type Post = (again: boolean) => Promise<Answer>;
export type Wait = (run: () => void, ms: number) => void;

/** The pauses before the second, third and fourth try, in ms. */
const pausesMs = [1_000, 5_000, 30_000];

/** Whether a hit may be sent again: after no answer, 429 (too many at once) and any 5xx. */
export const mayCome = (status: number): boolean => !status || status === 429 || status > 499;

/**
 * Sends a hit until the server accepts or refuses it, at most four times in all, and not before the
 * server says. The hit's id must stay the same, which makes sending again safe. `done` gets the
 * last answer.
 */
export function deliver(post: Post, wait: Wait, done: (answer: Answer) => void, tried = 0): void {
  post(tried > 0).then((answer) => {
    const pauseMs = pausesMs[tried];
    if (pauseMs && mayCome(answer.status))
      wait(
        () => deliver(post, wait, done, tried + 1),
        // Of a timer that a browser cannot count so far, the end is now: it is the fourth try soon.
        Math.max(pauseMs, 1_000 * Number(answer.after) || 0),
      );
    else done(answer);
  });
}
