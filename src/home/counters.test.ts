import { describe, expect, test } from 'vitest';
import { type Counts, joinAdditions, sum } from './counters.ts';

describe('joinAdditions', () => {
  /** Additions whose writes end when the test says so. */
  function make() {
    const writes: { id: string; counts: Counts; end: (error?: Error) => void }[] = [];
    const add = joinAdditions(
      (id, counts) =>
        new Promise((resolve, reject) => {
          writes.push({ id, counts, end: (error) => (error ? reject(error) : resolve()) });
        }),
    );
    return { writes, add };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('what comes while a row is written is written next, as one', async () => {
    const { writes, add } = make();
    const first = [add('x', { a: 1 }), add('x', { a: 2, b: 1 })];
    await turn();
    const second = [add('x', { a: 10 }), add('x', { b: 10 }), add('x', { a: 10 })];
    await turn();
    expect(writes.map(({ counts }) => counts)).toEqual([{ a: 3, b: 1 }]);
    writes[0]!.end();
    await Promise.all(first);
    await turn();
    expect(writes[1]!.counts).toEqual({ a: 20, b: 10 });
    writes[1]!.end();
    await Promise.all(second);
    expect(writes).toHaveLength(2);
  });

  test('rows do not wait for each other', async () => {
    const { writes, add } = make();
    void add('x', { a: 1 });
    const other = add('y', { a: 1 });
    await turn();
    expect(writes.map(({ id }) => id)).toEqual(['x', 'y']);
    writes[1]!.end();
    await other;
  });

  test('a failed write fails those it was for, and no others', async () => {
    const { writes, add } = make();
    const failing = [add('x', { a: 1 }), add('x', { a: 1 })];
    await turn();
    const next = add('x', { a: 5 });
    writes[0]!.end(new Error('full'));
    expect(await Promise.allSettled(failing)).toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    await turn();
    expect(writes[1]!.counts).toEqual({ a: 5 });
    writes[1]!.end();
    await next;
  });
});

test('sum keeps names that objects have a meaning for', () => {
  const odd = JSON.parse('{"__proto__":1,"constructor":2}') as Counts;
  expect(Object.entries(sum(odd, odd))).toEqual([
    ['__proto__', 2],
    ['constructor', 4],
  ]);
});
