import { maxBodyBytes } from '../collect/body.ts';
import { messageOf } from '../lib/errors.ts';
import type { World } from './world.ts';

/**
 * As large as a hit can be: on a disk that is nearly full, small rows still fit where hits do not.
 */
const room = ' '.repeat(maxBodyBytes);

/** One try at storing serves every question within this time. */
const answerLifeMs = 1_000;

/** What is in the way of a hit; undefined where it can be stored. */
export type Readiness = () => Promise<string | undefined>;

/** Whether a hit can be stored: tried out with a row of our own, and by a clock that is set. */
export function openReadiness({
  home,
  clock,
  careful,
}: Pick<World, 'home' | 'clock' | 'careful'>): Readiness {
  let last: { readonly atMs: number; readonly problem: Promise<string | undefined> } | undefined;

  async function tryToStore(nowMs: number): Promise<string | undefined> {
    try {
      await home.rows.append([
        { partition: 'health', sort: 'ready', value: JSON.stringify({ atMs: nowMs, room }) },
      ]);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  return async () => {
    const clockProblem = careful.problem();
    const nowMs = clock();
    if (last === undefined || Math.abs(nowMs - last.atMs) >= answerLifeMs)
      last = { atMs: nowMs, problem: tryToStore(nowMs) };
    return (await last.problem) ?? (careful.isSet() ? undefined : clockProblem);
  };
}
