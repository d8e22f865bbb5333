import { tmpdir } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { roomIn, watchSpace } from './disk-space.ts';

const mebibyte = 2 ** 20;
const large = { freeBytes: 100 * mebibyte, totalBytes: 100_000 * mebibyte };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('free space is asked for once per turn of the event loop', async () => {
  const measure = vi.fn(() => large);
  const space = watchSpace('/', measure);
  for (let claim = 0; claim < 10; claim++) space.claim(1_000, 'hits');
  expect(measure).toHaveBeenCalledTimes(1);
  await turn();
  space.claim(1_000, 'hits');
  expect(measure).toHaveBeenCalledTimes(2);
});

test('what is granted within a turn is taken off, what is refused is not', async () => {
  const space = watchSpace('/', () => large);
  space.claim(60 * mebibyte, 'hits');
  expect(() => space.claim(20 * mebibyte, 'hits')).toThrow('the disk is full: 40.0 MiB are free');
  space.claim(8 * mebibyte, 'hits');
  await turn();
  space.claim(60 * mebibyte, 'hits');
});

test('after a refused write nothing is written for a second', () => {
  const space = watchSpace('/', () => large);
  space.pause();
  expect(() => space.claim(1, 'else')).toThrow('the disk refused a write');
  vi.advanceTimersByTime(999);
  expect(() => space.claim(1, 'hits')).toThrow('the disk refused a write');
  vi.advanceTimersByTime(1);
  space.claim(1, 'hits');
});

test('a full disk is told from a failing one', () => {
  expect(watchSpace('/', () => large).isFull()).toBe(false);
  expect(watchSpace('/', () => ({ ...large, freeBytes: 0 })).isFull()).toBe(true);
});

test('work that can wait leaves a quarter more than hits may not touch', () => {
  expect(roomIn('/', () => large)).toBe(60 * mebibyte);
  const small = { freeBytes: 2.25 * mebibyte, totalBytes: 20 * mebibyte };
  expect(roomIn('/', () => small)).toBe(mebibyte);
});

test('a real folder has room; where nothing is known, nothing is refused', () => {
  watchSpace(tmpdir()).claim(1, 'hits');
  expect(roomIn(tmpdir())).toBeGreaterThan(1);
  watchSpace('/there/is/no/such/folder').claim(2 ** 40, 'hits');
  expect(roomIn('/there/is/no/such/folder')).toBeGreaterThan(2 ** 40);
});
