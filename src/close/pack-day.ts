import { fits } from '../days/held-days.ts';
import { mayNeedErasing } from '../days/pending-erasures.ts';
import { readSettledRows } from '../journal/day-rows.ts';
import { erasuresOf, readErasures } from '../journal/erasures.ts';
import { type FileSet, fileOfDay, type MonthRow, monthOf, readMonth } from '../ledger/manifest.ts';
import {
  type Pack,
  packFileNames,
  packKinds,
  publishPack,
  readEra,
  readPack,
} from '../ledger/packs.ts';
import { removeUnpublished } from '../ledger/publish.ts';
import type { Day } from '../lib/site-days.ts';
import { otherClocksMs } from '../model/times.ts';
import { computeFiles, firstAndRest } from './make-files.ts';
import { openFiles, openPack } from './packed-day.ts';
import { sweepSoon } from './sweep.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/**
 * Packs the settled rows of a day, with what its pack or the ledger has of it, into files that are
 * made as closing makes a day's, and names them by the day's row of `pack/<site>`. It can be cut
 * between any two steps, and run in two processes at once: no row of the journal is touched. Gives
 * the pack, or undefined where there was nothing to pack, or somebody else was first. The steps, in
 * running order:
 *
 *   1. read the present pack, the month's manifest and the erasures
 *   2. read the rows that have settled since, cut visits, write the files and verify them
 *   3. publish them: one conditional put of the pack's row
 *   4. leave the files of the pack before to the sweeper
 */
export async function packDay(
  world: CloseWorld,
  site: ClosingSite,
  day: Day,
): Promise<Pack | undefined> {
  const { home, clock, faultPoint = () => {} } = world;
  const of = { siteId: site.id, day };
  const before = await readPack(home, site.id, day);
  const era = await readEra(home);
  const month = await readMonth(home, site.id, monthOf(day));
  const erasures = await readErasures(home, site.id);
  const present = month.content.days[day];
  // It is about to be closed again, or is not kept.
  if (present?.pruned !== undefined) return undefined;
  if (present !== undefined && mayNeedErasing(present, erasures, site, day)) return undefined;
  const set = present && (present.own ?? month.content.merged);
  const erased = erasuresOf(erasures, site.zones, day);
  const keys = erased.map(({ key }) => key).sort();
  const { pack } = before;
  const begun = pack !== undefined && pack.era === era && fits(pack, set, keys) ? pack : undefined;
  const onPack = begun && (await openPack(world, of, begun));
  const base =
    onPack ?? (present && (await openFiles(world, ownFiles(site.id, month, day), present.hits)));
  const packed = onPack && begun;
  try {
    const untilMs = clock() - otherClocksMs;
    const rows = readSettledRows(home, {
      ...{ siteId: site.id, day, lateOnly: present !== undefined },
      ...{ fromMs: packed?.untilMs ?? 0, toMs: untilMs },
    });
    const first = await rows.pages.next();
    if (first.done) return undefined;
    world.checkRoom((packed?.set ?? set)?.files.hits?.bytes ?? 0);
    const made = await computeFiles(world, site.id, 'pack', {
      ...{ day, zones: site.zones, erasures: erased, checkRoom: world.checkRoom },
      ...{ closed: base?.from, amends: base?.amends },
      pages: firstAndRest(first, rows.pages),
    });
    const next: Pack = {
      ...{ set: made.set, hits: made.set.files.hits!.rows, visits: made.set.files.visits!.rows },
      inOrder: base?.amends === undefined,
      ...(set !== undefined && { on: set.version }),
      ...{ erasures: keys, untilMs, era, madeMs: clock() },
      rows: sumOf(packed?.rows ?? {}, rows.counts()),
    };
    if (!(await publishPack(home, of, before, next))) {
      await removeUnpublished(world, named(site.id, day, made.set));
      return undefined;
    }
    await faultPoint('pack.published');
    if (pack !== undefined) await sweepSoon(world, packFileNames(site.id, day, pack));
    return next;
  } finally {
    base?.release();
  }
}

/** Without those of late keys: they count what closing has read. */
const ownFiles = (siteId: string, month: MonthRow, day: Day) =>
  packKinds.flatMap((kind) => fileOfDay(siteId, month, day, kind) ?? []);

const named = (siteId: string, day: Day, { version }: FileSet) => ({
  ...{ siteId, dayOrMonth: day, version },
});

function sumOf(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
