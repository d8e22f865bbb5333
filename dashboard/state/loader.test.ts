import { effect, untracked } from '@preact/signals';
import { expect, test } from 'vitest';
import { ApiError } from '../api/client.ts';
import type { Answer, BatchResult, Query } from '../api/types.ts';
import { createLoader } from './loader.ts';

const query = (from: string): Query => ({ metrics: ['visitors'], date_range: [from, from] });
const answerTo = (asked: Query): Answer => ({
  results: [{ dimensions: [], metrics: [Number(asked.date_range[0])] }],
  meta: {},
  query: { date_range: ['', ''] },
});

/** A server that answers when a test calls `answer`. */
function slowServer() {
  const calls: {
    asked: string[];
    signal: AbortSignal;
    answer: (result?: BatchResult) => void;
    fail: (e: Error) => void;
  }[] = [];
  const loader = createLoader(
    (_, queries, signal) =>
      new Promise((resolve, reject) => {
        calls.push({
          asked: queries.map(({ date_range }) => date_range[0]!),
          signal,
          answer: (result) => resolve(queries.map((asked) => result ?? answerTo(asked))),
          fail: reject,
        });
      }),
  );
  const numbers = () =>
    Object.fromEntries(
      Object.entries(loader.shown.value).map(([place, { answer }]) => [
        place,
        answer?.results[0]?.metrics[0],
      ]),
    );
  return { calls, loader, numbers };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('a view is loaded in one batch; old numbers stay until the new ones come', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1'), pages: query('2') });
  expect(calls.map(({ asked }) => asked)).toEqual([['1', '2']]);
  expect(loader.loading.value).toBe(true);
  calls[0]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 1, pages: 2 });
  loader.want('a.com', { totals: query('3'), pages: query('2') });
  expect(calls[1]!.asked).toEqual(['3']);
  expect(numbers()).toEqual({ totals: 1, pages: 2 });
  calls[1]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 3, pages: 2 });
  expect(loader.loading.value).toBe(false);
});

test('an answer to an earlier view is never shown', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1') });
  loader.want('a.com', { totals: query('2') });
  expect(calls[0]!.signal.aborted).toBe(true);
  calls[1]!.answer();
  await settled();
  calls[0]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 2 });
});

test('what an aborted batch would have loaded is loaded again', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1'), pages: query('2') });
  loader.want('a.com', { totals: query('1'), pages: query('3') });
  expect(calls[1]!.asked).toEqual(['1', '3']);
  calls[1]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 1, pages: 3 });
});

test('going back while a request is on its way keeps what is shown', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1') });
  calls[0]!.answer();
  await settled();
  loader.want('a.com', { totals: query('2') });
  loader.want('a.com', { totals: query('1') });
  calls[1]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 1 });
  expect(loader.loading.value).toBe(false);
});

test('another site starts from nothing', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1') });
  calls[0]!.answer();
  await settled();
  loader.want('b.com', { totals: query('1') });
  expect(numbers()).toEqual({});
  expect(calls).toHaveLength(2);
});

test('a refresh loads everything, without `loading`', async () => {
  const { calls, loader } = slowServer();
  const queries = { totals: query('1'), pages: query('2') };
  loader.want('a.com', queries);
  loader.refresh(queries);
  expect(calls).toHaveLength(1);
  calls[0]!.answer();
  await settled();
  loader.refresh(queries);
  expect(calls[1]!.asked).toEqual(['1', '2']);
  expect(loader.loading.value).toBe(false);
});

test('a refused query leaves the others; a refused batch leaves all as it was', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', { totals: query('1') });
  calls[0]!.answer({ error: 'no such metric' });
  await settled();
  expect(loader.shown.value['totals']?.error).toBe('no such metric');
  loader.want('a.com', { totals: query('2') });
  calls[1]!.answer();
  await settled();
  loader.want('a.com', { totals: query('3') });
  calls[2]!.fail(new ApiError(503, 'busy'));
  await settled();
  expect(loader.problem.value?.status).toBe(503);
  expect(loader.loading.value).toBe(false);
  expect(numbers()).toEqual({ totals: 2 });
});

test('what an answer makes the page want is loaded, and shown', async () => {
  const { calls, loader, numbers } = slowServer();
  loader.want('a.com', {});
  // As a range of all time: how long it is, and so what its chart is by, comes with the totals.
  const stop = effect(() => {
    const isKnown = loader.shown.value['totals'] !== undefined;
    untracked(() =>
      loader.want('a.com', { totals: query('1'), series: query(isKnown ? '3' : '2') }),
    );
  });
  calls[0]!.answer();
  await settled();
  expect(calls[1]!.asked).toEqual(['3']);
  expect(loader.loading.value).toBe(true);
  calls[1]!.answer();
  await settled();
  expect(numbers()).toEqual({ totals: 1, series: 3 });
  expect(loader.loading.value).toBe(false);
  stop();
});
