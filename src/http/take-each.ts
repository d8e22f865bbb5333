import type { Candidate, Invalid } from '../collect/candidate.ts';
import { collect } from '../collect/collect.ts';
import type { Drop } from '../collect/drop.ts';
import type { Kept } from '../collect/world.ts';
import { countInvalid, ofOtherSite } from './take-hits.ts';
import type { World } from './world.ts';

/** What became of one hit of several. */
export type Fate = Kept | Drop | Invalid;

/** Stores those that are valid, all at once; what became of each, in their order. */
export async function takeEach(
  world: World,
  read: readonly (Candidate | Invalid)[],
  receivedAtMs: number,
): Promise<readonly Fate[]> {
  const own = await Promise.all(
    read.map(async (one) => ('invalid' in one ? one : ((await ofOtherSite(world, one)) ?? one))),
  );
  const valid = own.filter((one): one is Candidate => !('invalid' in one));
  const outcomes = (await collect(world.collect, valid)).values();
  return own.map((one) => {
    if (!('invalid' in one)) return outcomes.next().value!;
    countInvalid(world, receivedAtMs);
    return one;
  });
}
