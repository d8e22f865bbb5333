import type { Day } from '../../lib/site-days.ts';
import type { MountedDay, MountsWorld } from './held.ts';

// Measured with hits of 350 characters: what a site's tables hold when just loaded, when
// compressed, and when hits were added to compressed ones (DuckDB then makes room in every column).
const newBytes = 1_700_000;

const compressedBytes = 512_000;

const addedBytes = 34_000_000;

const looseBytesAChar = 4;

const bytesAChar = 0.3;

/**
 * The part of the budget that may be taken by what is not compressed. Compressing takes some tens
 * of milliseconds.
 */
const looseShare = 1 / 3;

type Sized = {
  readonly days: ReadonlyMap<Day, Pick<MountedDay, 'chars' | 'uses' | 'usedAt'>>;
  readonly looseChars: number;
};

/** The estimated memory of sites' tables. */
export const bytesOf = (mounts: Iterable<Sized>): number =>
  [...mounts].reduce((sum, mount) => sum + tableBytes(mount.looseChars, charsOf(mount)), 0);

const charsOf = ({ days }: Sized, without: ReadonlySet<Day> = new Set()): number =>
  [...days].reduce((sum, [day, { chars }]) => (without.has(day) ? sum : sum + chars), 0);

function tableBytes(looseChars: number, chars: number): number {
  const loose = Math.min(looseChars, chars);
  const tables =
    chars === 0 ? 0 : loose === 0 ? compressedBytes : loose === chars ? newBytes : addedBytes;
  return tables + looseBytesAChar * loose + bytesAChar * (chars - loose);
}

/**
 * The days to give up so that the rest fits into the budget: of those that nobody uses, the least
 * recently used first. A site that loses its last day gives up its tables too.
 */
export function toGiveUp<M extends Sized>(
  mounts: Iterable<M>,
  budgetBytes: number,
): ReadonlyMap<M, readonly Day[]> {
  const all = [...mounts];
  let excess = bytesOf(all) - budgetBytes;
  const idle = all.flatMap((mount) =>
    [...mount.days].flatMap(([day, { uses, usedAt }]) =>
      uses === 0 ? [{ mount, day, usedAt }] : [],
    ),
  );
  idle.sort((a, b) => a.usedAt - b.usedAt);
  const gone = new Map<M, Set<Day>>();
  const bytesLeft = (mount: M) => {
    const days = gone.get(mount);
    if (days?.size === mount.days.size) return 0;
    return tableBytes(mount.looseChars, charsOf(mount, days));
  };
  for (const { mount, day } of idle) {
    if (excess <= 0) break;
    const before = bytesLeft(mount);
    gone.set(mount, (gone.get(mount) ?? new Set()).add(day));
    excess -= before - bytesLeft(mount);
  }
  return new Map([...gone].map(([mount, days]) => [mount, [...days]]));
}

/**
 * Gives days up until the rest fits into the budget. Nobody waits for that. If it fails, the memory
 * stays taken until the process ends.
 */
export function giveUpIdle({ mounts, budgetBytes }: MountsWorld): void {
  for (const [mount, days] of toGiveUp(mounts.values(), budgetBytes)) {
    for (const day of days) mount.days.delete(day);
    if (mount.days.size === 0) mounts.delete(mount.id);
    const gone = mount.days.size === 0 ? mount.loader.drop() : mount.loader.forget(days);
    // Its rows may still be there: the site starts with new tables.
    gone.catch(() => mounts.delete(mount.id));
  }
}

/** Compresses the tables, at once or when too much in them is not compressed. */
export async function compressLoose(
  { mounts, duck, budgetBytes }: MountsWorld,
  now: boolean,
): Promise<void> {
  const loose = [...mounts.values()].filter(({ looseChars }) => looseChars > 0);
  if (!now && bytesOf(loose) < budgetBytes * looseShare) return;
  const before = new Map(loose.map((mount) => [mount, mount.looseChars]));
  if (!(await duck.compact())) return;
  for (const [mount, chars] of before) mount.looseChars -= chars;
}
