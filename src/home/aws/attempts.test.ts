import { expect, test } from 'vitest';
import { persist } from './attempts.ts';

const asked = { store: 'table hits', action: 'PutItem' };
const never = new Promise<never>(() => {});

test('what is told is why attempts failed, not that the last one had no time left', async () => {
  let attempts = 0;
  const work = () => (attempts++ < 3 ? Promise.reject(new Error('the object is damaged')) : never);
  await expect(persist(asked, { attemptMs: 5_000, totalMs: 900 }, work)).rejects.toThrow(
    'the object is damaged',
  );
  expect(attempts).toBe(4);
});

test('where no attempt is answered, that is told', async () => {
  await expect(persist(asked, { attemptMs: 100, totalMs: 250 }, () => never)).rejects.toThrow(
    'no answer within 100 ms',
  );
});
