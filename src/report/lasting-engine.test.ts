import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseEnded, DaybookError } from '../lib/errors.ts';
import type { Engine } from './engine.ts';
import { openLastingEngine } from './lasting-engine.ts';
import type { ReportSite } from './report.ts';

const site = { id: 'a', domain: 'example.com' } as ReportSite;
const ended = new DatabaseEnded(new Error('INTERNAL Error: index 0\nStack Trace:'));

const warnings: string[] = [];
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(
    (warning) => void warnings.push(String(warning)),
  );
});
afterEach(() => {
  vi.restoreAllMocks();
  warnings.length = 0;
});

/** An engine of which each life answers as told; `closed` are those that were closed. */
function lives(...answers: (() => Promise<number>)[]) {
  const closed: number[] = [];
  let opened = 0;
  const open = async () => {
    const life = opened++;
    return { realtime: answers[life]!, close: () => void closed.push(life) } as unknown as Engine;
  };
  return { open, closed, opened: () => opened };
}

test('what was asked of a database that ended is asked of a new one', async () => {
  const made = lives(
    () => Promise.reject(ended),
    () => Promise.resolve(7),
  );
  const engine = await openLastingEngine(made.open);
  expect(await engine.realtime(site)).toBe(7);
  expect(made.closed).toEqual([0]);
  expect(warnings).toEqual([expect.stringContaining('opened again: INTERNAL Error: index 0')]);
  engine.close();
  await vi.waitFor(() => expect(made.closed).toEqual([0, 1]));
});

test('callers at once get the same new one; the old one closes after its last user', async () => {
  let leave = () => {};
  const slow = new Promise<void>((resolve) => (leave = resolve));
  let asked = 0;
  const made = lives(
    async () => {
      if (asked++ > 0) await slow;
      throw ended;
    },
    () => Promise.resolve(7),
  );
  const engine = await openLastingEngine(made.open);
  const [first, second] = [engine.realtime(site), engine.realtime(site)];
  expect(await first).toBe(7);
  expect(made.closed).toEqual([]);
  leave();
  expect(await second).toBe(7);
  expect(made.closed).toEqual([0]);
  expect([made.opened(), warnings.length]).toEqual([2, 1]);
});

test('a question that ends every database is refused, and the next is answered', async () => {
  const made = lives(
    () => Promise.reject(ended),
    () => Promise.reject(ended),
    () => Promise.resolve(7),
  );
  const engine = await openLastingEngine(made.open);
  await expect(engine.realtime(site)).rejects.toThrow('starts again; ask again');
  expect(made.closed).toEqual([0, 1]);
  expect(await engine.realtime(site)).toBe(7);
});

test('other errors are told as they are', async () => {
  const refused = new DaybookError('bad-input', 'metrics: expected a list');
  const made = lives(() => Promise.reject(refused));
  const engine = await openLastingEngine(made.open);
  await expect(engine.realtime(site)).rejects.toBe(refused);
  expect([made.opened(), made.closed]).toEqual([1, []]);
});

test('where it cannot be opened, that is reported, and the next question tries again', async () => {
  const made = lives(
    () => Promise.reject(ended),
    () => Promise.resolve(7),
  );
  let fails = false;
  const engine = await openLastingEngine(async () => {
    if (!fails) return made.open();
    fails = false;
    throw new Error('no memory');
  });
  fails = true;
  await expect(engine.realtime(site)).rejects.toThrow('no memory');
  expect(await engine.realtime(site)).toBe(7);
});
