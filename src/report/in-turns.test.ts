import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DaybookError } from '../lib/errors.ts';
import type { Asking, Engine } from './engine.ts';
import { inTurns, type TurnOptions } from './in-turns.ts';
import type { Standing } from './query/limits.ts';
import type { ReportSite } from './report.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const siteOf = (id: string) => ({ id, domain: `${id}.test` }) as ReportSite;

/** An engine whose questions run until they are answered here. What began is in `begun`. */
function controlled(options?: TurnOptions) {
  const begun: string[] = [];
  const running = new Map<string, { asking: Asking; answer(): void }>();
  const engine = {
    query: (_: ReportSite, name: string, asking: Asking) =>
      new Promise<unknown>((resolve, reject) => {
        begun.push(name);
        running.set(name, { asking, answer: () => resolve(name) });
        asking.signal?.addEventListener('abort', () => reject(asking.signal!.reason));
      }),
    hitsAmong: () => Promise.resolve([]),
  } as unknown as Engine;
  const reports = inTurns(engine, options);
  const ask = (site: string, role: Standing, name: string) =>
    reports.query(siteOf(site), name, role) as unknown as Promise<string>;
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const answer = async (name: string) => {
    running.get(name)!.answer();
    await settle();
  };
  return { begun, running, reports, ask, answer, settle };
}

test('of strangers one question runs at a time; sites take turns, whoever asks how much', async () => {
  const { begun, ask, answer, settle } = controlled();
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1']) void ask(name[0]!, 'stranger', name);
  await settle();
  expect(begun).toEqual(['a1']);
  for (const [done, next] of [
    ['a1', 'a2'],
    ['a2', 'b1'],
    ['b1', 'c1'],
    ['c1', 'a3'],
  ] as const) {
    await answer(done);
    expect(begun.at(-1)).toBe(next);
  }
});

test('the owner’s questions of several sites begin at once', async () => {
  const { begun, ask, settle } = controlled();
  void ask('a', 'stranger', 'stranger');
  await settle();
  for (const name of ['b1', 'b2', 'c1', 'd1']) void ask(name[0]!, 'owner', name);
  await settle();
  expect(begun).toEqual(['stranger', 'b1', 'b2', 'c1', 'd1']);
});

test('a stranger’s question that runs is interrupted for the owner’s, and starts again', async () => {
  const { begun, ask, answer, settle } = controlled();
  const stranger = ask('a', 'stranger', 'stranger');
  await settle();
  const owner = [ask('b', 'owner', 'o1'), ask('a', 'owner', 'o2')];
  await settle();
  await answer('o1');
  expect(begun).toEqual(['stranger', 'o1', 'o2']);
  await answer('o2');
  expect(begun).toEqual(['stranger', 'o1', 'o2', 'stranger']);
  await answer('stranger');
  expect(await Promise.all([stranger, ...owner])).toEqual(['stranger', 'o1', 'o2']);
});

test('a stranger gets an answer also where the owner asks without a pause', async () => {
  const { begun, ask, answer, settle } = controlled({ standBackMs: 5_000 });
  const stranger = ask('a', 'stranger', 'stranger');
  await settle();
  void ask('b', 'owner', 'o1');
  await vi.advanceTimersByTimeAsync(4_999);
  expect(begun).toEqual(['stranger', 'o1']);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(['stranger', 'o1', 'stranger']);
  void ask('b', 'owner', 'o2');
  await settle();
  await answer('stranger');
  expect(await stranger).toBe('stranger');
  expect(begun).toEqual(['stranger', 'o1', 'stranger', 'o2']);
});

test('collecting asks before strangers', async () => {
  const { begun, running, reports, ask, settle } = controlled();
  void ask('a', 'stranger', 'stranger');
  await settle();
  await reports.hitsAmong(siteOf('b'), '2026-11-22', []);
  await settle();
  expect(running.get('stranger')!.asking.signal!.aborted).toBe(false); // the second one
  expect(begun).toEqual(['stranger', 'stranger']);
});

test('too many that wait, and too long a wait, are refused as unavailable', async () => {
  const { begun, ask, answer, settle } = controlled({ maxWaiting: 2, maxWaitMs: 1_000 });
  const refused = (question: Promise<unknown>) =>
    expect(question).rejects.toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('many ask for reports of this site'),
    });
  void ask('a', 'stranger', 'a1');
  await settle();
  const waiting = [ask('a', 'stranger', 'a2'), ask('a', 'stranger', 'a3')].map(refused);
  await settle();
  await refused(ask('a', 'stranger', 'a4'));
  void ask('b', 'stranger', 'b1').catch(() => {}); // another site has its own
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(waiting);
  await answer('a1');
  expect(begun).toEqual(['a1']);
  void ask('a', 'stranger', 'a5');
  await settle();
  expect(begun).toEqual(['a1', 'a5']);
});

test('what goes on after a question has ended keeps its turn', async () => {
  let endRest = () => {};
  const rest = new Promise<void>((resolve) => (endRest = resolve));
  const begun: unknown[] = [];
  const engine = {
    async query(_: ReportSite, body: unknown, { lingers }: Asking) {
      begun.push(body);
      if (body === 'a1') lingers!(rest);
      throw new DaybookError('unavailable', 'the hits were not ready');
    },
  } as unknown as Engine;
  const reports = inTurns(engine);
  await expect(reports.query(siteOf('a'), 'a1', 'stranger')).rejects.toThrow('not ready');
  const next = expect(reports.query(siteOf('b'), 'b1', 'stranger')).rejects.toThrow('not ready');
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['a1']);
  endRest();
  await next;
  expect(begun).toEqual(['a1', 'b1']);
});

test('errors are given as they are, and end the turn', async () => {
  const fault = new DaybookError('bad-input', 'metrics: expected a list');
  const engine = { query: () => Promise.reject(fault) } as unknown as Engine;
  const reports = inTurns(engine);
  for (const role of ['stranger', 'stranger', 'owner'] as const)
    await expect(reports.query(siteOf('a'), {}, role)).rejects.toBe(fault);
});
