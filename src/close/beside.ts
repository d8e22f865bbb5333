import type { Row } from '../home/home.ts';
import type { FileSet } from '../ledger/manifest.ts';
import { openTurns } from '../lib/turns.ts';
import { computeTogether } from './compute-together.ts';
import type { Beside, CloseWorld, SmallDay } from './world.ts';

/** Time was up before a day was computed. Nothing has become of it. */
export class NotBegun extends Error {}

/**
 * Closes so many days beside each other. Each says by `together` that it is ready, or that it is
 * not needed any more; when all have, they are computed. `isLate`: nothing large begins any more.
 */
export function openBesides(
  world: CloseWorld,
  count: number,
  isLate: () => boolean,
): <T>(close: (beside: Beside) => Promise<T>) => Promise<T> {
  const turns = openTurns(1);
  const waiting: { day: SmallDay; made(set: FileSet | undefined): void }[] = [];
  let expected = count;

  const computed = (ready: readonly SmallDay[]): Promise<readonly (FileSet | undefined)[]> =>
    ready.length < 2
      ? Promise.resolve([])
      : inTurn(() => computeTogether(world, ready)).catch(() => []);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await turns.take();
    try {
      return await work();
    } finally {
      end();
    }
  }

  async function whenAllAreReady(): Promise<void> {
    if (waiting.length < expected) return;
    const ready = waiting.splice(0);
    expected = 0;
    const sets = await computed(ready.map(({ day }) => day));
    for (const [i, { made }] of ready.entries()) made(sets[i]);
  }

  return async (close) => {
    let isExpected = true;
    const leave = () => {
      if (!isExpected) return;
      isExpected = false;
      expected--;
      void whenAllAreReady();
    };
    try {
      return await close({
        async together(day) {
          if (!isExpected) return undefined;
          isExpected = false;
          return new Promise((made) => {
            waiting.push({ day, made });
            void whenAllAreReady();
          });
        },
        alone(work) {
          leave();
          return inTurn(() => {
            if (isLate()) throw new NotBegun();
            return work();
          });
        },
      });
    } finally {
      leave();
    }
  };
}

/**
 * The rows of a day that has at most so many; of any other undefined. `pages` gives all of them, in
 * any case.
 */
export async function rowsIfFew(
  pages: AsyncIterable<readonly Row[]>,
  most: number,
): Promise<{
  readonly rows: readonly Row[] | undefined;
  readonly pages: AsyncIterable<readonly Row[]>;
}> {
  const reading = pages[Symbol.asyncIterator]();
  const read: (readonly Row[])[] = [];
  let [count, isDone] = [0, false];
  while (!isDone && count <= most) {
    const page = await reading.next();
    isDone = page.done ?? false;
    if (page.done) continue;
    read.push(page.value);
    count += page.value.length;
  }
  async function* all(): AsyncGenerator<readonly Row[]> {
    yield* read.splice(0);
    for (let page = await reading.next(); !page.done; page = await reading.next()) yield page.value;
  }
  return { rows: isDone && count <= most ? read.flat() : undefined, pages: all() };
}
