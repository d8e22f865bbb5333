import { expect, test } from 'vitest';
import { deliver } from './delivery.ts';

/**
 * Runs a delivery against answers in turn (0: no answer; or a status and its `Retry-After`), and
 * without waiting.
 */
async function run(
  answers: readonly (number | readonly [status: number, after: string])[],
): Promise<{ again: boolean[]; pausesMs: number[]; end: number }> {
  const again: boolean[] = [];
  const pausesMs: number[] = [];
  const end = await new Promise<number>((done) => {
    deliver(
      async (isAgain) => {
        const [status, after = null] = [answers[again.length]].flat();
        again.push(isAgain);
        return { status: status as number, after: after as string | null };
      },
      (next, ms) => {
        pausesMs.push(ms);
        queueMicrotask(next);
      },
      ({ status }) => done(status),
    );
  });
  return { again, pausesMs, end };
}

test.each<[string, number[], number, number]>([
  ['taken at once', [202], 1, 202],
  ['refused for good', [400], 1, 400],
  ['no answer, then taken', [0, 202], 2, 202],
  ['the server cannot now', [503, 500, 202], 3, 202],
  ['too many at once', [429, 202], 2, 202],
  ['given up after four', [0, 503, 0, 503, 202], 4, 503],
  ['never reached', [0, 0, 0, 0], 4, 0],
])('%s', async (_, answers, tries, status) => {
  const { again, pausesMs, end } = await run(answers);
  expect([again.length, end]).toEqual([tries, status]);
  expect(pausesMs).toEqual([1_000, 5_000, 30_000].slice(0, tries - 1));
});

test.each<[string, number, string, number]>([
  ['429 that says when', 429, '7', 7_000],
  ['503 that says when', 503, '11', 11_000],
  ['sooner than it would be anyway', 503, '0', 1_000],
  ['a date is no number of seconds', 429, 'Wed, 21 Oct 2026 07:28:00 GMT', 1_000],
  ['less than nothing', 429, '-5', 1_000],
  ['a 4xx is a refusal, whatever it says', 400, '7', 0],
])('Retry-After: %s', async (_, status, after, pauseMs) => {
  const { pausesMs } = await run([[status, after], 202]);
  expect(pausesMs).toEqual(pauseMs === 0 ? [] : [pauseMs]);
});

test('each try knows whether it is the first', async () => {
  expect((await run([0, 202])).again).toEqual([false, true]);
});
