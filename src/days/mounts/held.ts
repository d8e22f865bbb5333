import type { Duck } from '../../duck/duck.ts';
import type { Home } from '../../home/home.ts';
import type { Settled } from '../../journal/arrivals.ts';
import { startTail, type Tail } from '../../journal/tail.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Day } from '../../lib/site-days.ts';
import type { Tables } from '../../visits/tables.ts';
import type { Loader } from './loader.ts';

/** The mounted days of one site: one pair of tables for all of them. */
export type Mount = {
  readonly id: string;
  readonly tables: Tables;
  readonly loader: Loader;
  readonly days: Map<Day, MountedDay>;
  /** Characters of JSON text loaded since the tables were last compressed. */
  looseChars: number;
};

export type MountedDay = {
  readonly day: Day;
  /**
   * Names the ledger's hits that are mounted, the erasures that were applied, and how often the
   * clock was set back. If one of them changes, the day is mounted again.
   */
  readonly version: string;
  tail: Tail;
  /** Characters of JSON text loaded. */
  chars: number;
  uses: number;
  usedAt: number;
  /** Resolves when the rows of the version before are gone. */
  readonly cleared: Promise<void>;
  running: Promise<void> | undefined;
  next: Promise<void> | undefined;
  /** Called when the last user has let go of the day. */
  whenIdle: () => void;
};

/** What the functions of this folder share. */
export type MountsWorld = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  readonly settled?: (() => Settled) | undefined;
  readonly budgetBytes: number;
  /** By site. */
  readonly mounts: Map<string, Mount>;
  readonly counts: { tables: number; uses: number };
};

/** Holds a day of that version for one more user: the mounted one, else a new one in its place. */
export function holdDay(world: MountsWorld, mount: Mount, day: Day, version: string): MountedDay {
  const known = mount.days.get(day);
  const mounted = known?.version === version ? known : replaceDay(world, mount, { day, version });
  mounted.uses++;
  mounted.usedAt = ++world.counts.uses;
  return mounted;
}

function replaceDay(
  world: MountsWorld,
  mount: Mount,
  { day, version }: Pick<MountedDay, 'day' | 'version'>,
): MountedDay {
  const before = mount.days.get(day);
  const cleared = before === undefined ? Promise.resolve() : clearDay(world, mount, before);
  cleared.catch(() => {}); // whoever reads the day gets the error
  const mounted: MountedDay = {
    ...{ day, version, cleared, tail: startTail, chars: 0, uses: 0, usedAt: 0 },
    ...{ running: undefined, next: undefined, whenIdle: () => {} },
  };
  mount.days.set(day, mounted);
  return mounted;
}

/** Takes the rows of a day out, as soon as nobody uses them, so that it can be mounted again. */
async function clearDay({ mounts }: MountsWorld, mount: Mount, mounted: MountedDay): Promise<void> {
  if (mounted.uses > 0) await new Promise<void>((resolve) => (mounted.whenIdle = resolve));
  try {
    await mounted.cleared;
    await mount.loader.forget([mounted.day]);
  } catch (error) {
    mounts.delete(mount.id); // its rows may still be there: the site starts with new tables
    throw error;
  }
}
