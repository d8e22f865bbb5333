import { expect, test } from 'vitest';
import { openTurns } from './turns.ts';

/** Takes turns one at a time, and writes down whose turn came. */
function diary(count = 1) {
  const turns = openTurns(count);
  const came: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (name: string, signal?: AbortSignal) =>
    turns.take(name[0], signal).then((end) => {
      came.push(name);
      ends.push(end);
    });
  /** Ends the oldest turn, and lets the next one begin. */
  const end = async () => {
    ends.shift()!();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { turns, came, ask, end };
}

test('who asks much waits no less: askers take turns, each one’s own in order', async () => {
  const { came, ask, end } = diary();
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) void ask(name);
  await Promise.resolve();
  for (let i = 0; i < 6; i++) await end();
  expect(came).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('who had a turn and asks again stands behind all who wait', async () => {
  const { came, ask, end } = diary();
  for (const name of ['a1', 'a2', 'b1']) void ask(name);
  await Promise.resolve();
  await end(); // a2 has its turn
  void ask('a3');
  await end();
  await end();
  expect(came).toEqual(['a1', 'a2', 'b1', 'a3']);
});

test('so many at once, and no more', async () => {
  const { came, ask, end } = diary(2);
  for (const name of ['a1', 'a2', 'a3']) void ask(name);
  await Promise.resolve();
  expect(came).toEqual(['a1', 'a2']);
  await end();
  expect(came).toEqual(['a1', 'a2', 'a3']);
});

test('who gives up no longer waits, and takes no turn from others', async () => {
  const { turns, came, ask, end } = diary();
  const stop = new AbortController();
  void ask('a1');
  const given = expect(ask('b1', stop.signal)).rejects.toThrow('enough');
  void ask('c1');
  await Promise.resolve();
  expect(turns.waiting('b')).toBe(1);
  stop.abort(new Error('enough'));
  await given;
  expect(turns.waiting('b')).toBe(0);
  await end();
  expect(came).toEqual(['a1', 'c1']);
  await expect(ask('b2', stop.signal)).rejects.toThrow('enough');
});
