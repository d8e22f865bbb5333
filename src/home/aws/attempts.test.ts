import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { persist } from './attempts.ts';

const asked = { store: 'table hits', action: 'PutItem' };
const never = new Promise<never>(() => {});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('what is told is why attempts failed, not that the last one had no time left', async () => {
  let attempts = 0;
  const work = () => (attempts++ < 3 ? Promise.reject(new Error('the object is damaged')) : never);
  const told = expect(persist(asked, { attemptMs: 5_000, totalMs: 900 }, work)).rejects.toThrow(
    'the object is damaged',
  );
  await vi.advanceTimersByTimeAsync(899);
  expect(attempts).toBe(4);
  await vi.advanceTimersByTimeAsync(1);
  await told;
});

test('where no attempt is answered, that is told when the time is over, and no try follows', async () => {
  let attempts = 0;
  const work = () => {
    attempts++;
    return never;
  };
  const told = expect(persist(asked, { attemptMs: 100, totalMs: 250 }, work)).rejects.toThrow(
    'no answer within 100 ms',
  );
  await vi.advanceTimersByTimeAsync(250);
  await told;
  const tried = attempts;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([attempts, vi.getTimerCount()]).toEqual([tried, 0]);
});
