import { expect, test } from 'vitest';
import { deliver } from './delivery.ts';

/** Runs a delivery against answers in turn (0: no answer) and without waiting. */
async function run(
  answers: readonly number[],
): Promise<{ bodies: string[]; pausesMs: number[]; end: number }> {
  const bodies: string[] = [];
  const pausesMs: number[] = [];
  const end = await new Promise<number>((done) => {
    deliver(
      () => `body ${bodies.length}`,
      async (body) => {
        const status = answers[bodies.length];
        bodies.push(body);
        if (!status) throw new TypeError('Failed to fetch');
        return status;
      },
      (again, ms) => {
        pausesMs.push(ms);
        queueMicrotask(again);
      },
      done,
    );
  });
  return { bodies, pausesMs, end };
}

test.each<[string, number[], number, number]>([
  ['taken at once', [202], 1, 202],
  ['refused for good', [400], 1, 400],
  ['no answer, then taken', [0, 202], 2, 202],
  ['the server cannot now', [503, 500, 202], 3, 202],
  ['given up after four', [0, 503, 0, 503, 202], 4, 503],
  ['never reached', [0, 0, 0, 0], 4, 0],
])('%s', async (_, answers, tries, status) => {
  const { bodies, pausesMs, end } = await run(answers);
  expect([bodies.length, end]).toEqual([tries, status]);
  expect(pausesMs).toEqual([1_000, 5_000, 30_000].slice(0, tries - 1));
});

test('each try asks for its body again', async () => {
  expect((await run([0, 202])).bodies).toEqual(['body 0', 'body 1']);
});
