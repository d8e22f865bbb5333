import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openArrivals } from './arrivals.ts';
import { hitPartition, latePartition, lateSort, runningSort } from './keys.ts';
import { readOn, startTail, type Tail } from './tail.ts';

const [siteId, day] = ['site', '2026-11-22'];

/** Of the hits under way, `store` stores any one, `newest` the one that came last. */
type Step = 'come' | 'store' | 'newest' | 'late' | 'read' | number;

/**
 * Plays hits that come, are stored some time later in any order, and readings in between; gives
 * what was read.
 */
async function play(
  steps: readonly Step[],
  oneWriter: boolean,
): Promise<{ read: string[]; stored: string[] }> {
  const home = openMemoryHome();
  let nowMs = 1_000_000;
  let made = 0;
  let tail: Tail = startTail;
  const arrivals = openArrivals(() => nowMs);
  const underWay: { id: string; receivedAtMs: number }[] = [];
  const [read, stored]: [string[], string[]] = [[], []];

  async function readNow(): Promise<void> {
    const reading = readOn(home, {
      siteId,
      day,
      tail,
      nowMs,
      settledMs: oneWriter ? arrivals.settledMs() : undefined,
    });
    for (let came = await reading.more(3); came.length > 0; came = await reading.more(3)) {
      for (const [, value] of came) read.push(JSON.parse(value).id);
    }
    tail = reading.reached();
  }

  for (const step of steps) {
    if (typeof step === 'number') nowMs += step;
    else if (step === 'come')
      underWay.push({ id: String(made++).padStart(16, '0'), receivedAtMs: arrivals.begin() });
    else if (step === 'read') await readNow();
    else if (underWay.length > 0) {
      const at = step === 'newest' ? underWay.length - 1 : (made * 7) % underWay.length;
      const [{ id, receivedAtMs }] = underWay.splice(at, 1) as [(typeof underWay)[0]];
      const value = JSON.stringify({ id });
      const row =
        step === 'late'
          ? { partition: latePartition(siteId, 0), sort: lateSort(day, receivedAtMs, id), value }
          : { partition: hitPartition(siteId, day, 0), sort: runningSort(receivedAtMs, id), value };
      await home.rows.append([row]);
      arrivals.end(receivedAtMs);
      stored.push(id);
    }
  }
  await readNow();
  return { read, stored };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Step>('come', 'come', 'store', 'newest') },
  { weight: 2, arbitrary: fc.constantFrom<Step>('late', 'read') },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 400 }) },
);

test.each([true, false])(
  'whatever the order, each hit is read once (one writer: %s)',
  async (oneWriter) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const { read, stored } = await play(steps, oneWriter);
        expect([...read].sort()).toEqual([...stored].sort());
      }),
      { numRuns: 300 },
    );
  },
);

test.each([true, false])(
  'a hit that is stored after a later one was read is read too (one writer: %s)',
  async (oneWriter) => {
    const { read } = await play(
      ['come', 300, 'come', 'newest', 'read', 'store', 'read'],
      oneWriter,
    );
    expect(read).toHaveLength(2);
    const late = await play(['come', 300, 'come', 'late', 'read', 'late', 'read'], oneWriter);
    expect(late.read).toHaveLength(2);
  },
);

test('a hit that takes long to store is not passed over by those after it', async () => {
  const { read } = await play(
    ['come', 1, 'come', 1, 'come', 'store', 'store', 'read', 300, 'store', 'read'],
    true,
  );
  expect(read).toHaveLength(3);
});
