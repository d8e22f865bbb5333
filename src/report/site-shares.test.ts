import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openShares } from './site-shares.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reason = new Error('stood back');

/** Questions that run until they are answered here; `begun` is their order. */
function controlled() {
  const shares = openShares(reason, { standBackMs: 5_000 });
  const begun: string[] = [];
  const answers = new Map<string, () => void>();
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const refused: string[] = [];
  async function ask(name: string): Promise<void> {
    const question = shares.run(name[0]!, (signal) => {
      begun.push(name);
      return new Promise<void>((resolve, reject) => {
        answers.set(name, resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    question.catch((error: Error) => refused.push(`${name}: ${error.message}`));
    await settle();
  }
  async function answer(name: string): Promise<void> {
    answers.get(name)!();
    await settle();
  }
  return { begun, refused, ask, answer };
}

test('of fifty questions of one site two run; one of another site begins at once, alone', async () => {
  const { begun, ask, answer } = controlled();
  for (let i = 0; i < 50; i++) await ask(`a${i}`);
  expect(begun).toEqual(['a0', 'a1']);
  await ask('b0');
  expect(begun).toEqual(['a0', 'a1', 'b0']);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(begun).toHaveLength(3);
  await answer('b0');
  expect(begun).toEqual(['a0', 'a1', 'b0', 'a0', 'a1']);
  await answer('a0');
  expect(begun.at(-1)).toBe('a2');
});

test('who stood back for long goes on, one at a time, and is not interrupted again', async () => {
  const { begun, ask, answer } = controlled();
  for (const name of ['a0', 'a1', 'a2', 'a3', 'b0']) await ask(name);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(begun).toEqual(['a0', 'a1', 'b0', 'a0']);
  await ask('c0');
  expect(begun).toEqual(['a0', 'a1', 'b0', 'a0', 'c0']);
  await answer('a0');
  expect(begun).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(begun.slice(5)).toEqual(['a1']);
});

test('sites that ask for no more than their share interrupt nobody', async () => {
  const { begun, ask, answer } = controlled();
  for (const name of ['a0', 'a1', 'b0', 'b1', 'c0']) await ask(name);
  expect(begun).toEqual(['a0', 'a1', 'b0', 'b1', 'c0']);
  for (const name of ['a0', 'a1', 'b0', 'b1', 'c0']) await answer(name);
  expect(begun).toHaveLength(5);
});

test('of two sites that ask for much, neither stands back for the other', async () => {
  const { begun, ask, answer } = controlled();
  for (const name of ['a0', 'a1', 'a2', 'b0', 'b1', 'b2']) await ask(name);
  expect(begun).toEqual(['a0', 'a1', 'b0', 'b1', 'a0', 'a1']);
  await answer('a0');
  expect(begun.at(-1)).toBe('a2');
});

test('who has waited for half a minute is told so, and those who run go on', async () => {
  const { begun, refused, ask, answer } = controlled();
  for (const name of ['a0', 'a1', 'a2', 'a3']) await ask(name);
  await vi.advanceTimersByTimeAsync(29_000);
  await answer('a0');
  await ask('a4');
  await vi.advanceTimersByTimeAsync(1_000);
  const busy = 'many ask for reports of this site at the moment; ask again later';
  expect(refused).toEqual([`a3: ${busy}`]);
  await answer('a1');
  await answer('a2');
  expect(begun).toEqual(['a0', 'a1', 'a2', 'a4']);
  await answer('a4');
});

test('who stands back, or is interrupted, for half a minute is told so', async () => {
  const { begun, refused, ask, answer } = controlled();
  for (const name of ['a0', 'a1', 'a2', 'b0']) await ask(name);
  await vi.advanceTimersByTimeAsync(30_000);
  // One went on for good after five seconds. When the other one leaves, nobody waits any more.
  expect(refused.map((one) => one.slice(0, 2))).toEqual(['a1']);
  expect(begun).toEqual(['a0', 'a1', 'b0', 'a0', 'a2']);
  for (const name of ['a0', 'a2', 'b0']) await answer(name);
});
