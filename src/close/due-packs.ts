import { fits } from '../days/held-days.ts';
import { mayNeedErasing } from '../days/pending-erasures.ts';
import { readCounts } from '../journal/books.ts';
import { erasuresOf, readErasures } from '../journal/erasures.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { monthOf, readMonth } from '../ledger/manifest.ts';
import { type Pack, readPacks } from '../ledger/packs.ts';
import type { Day } from '../lib/site-days.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/** Fewer rows are as quick to read as files. */
const fewestPacked = 20_000;

/**
 * A day is packed again when so much of it has come since: rows of a large day are packed some ten
 * times in all, whatever their number, and a tenth is quick to mount.
 */
const newShare = 0.1;

/**
 * The days of a site with many rows that no file has. How many there are, the books say: where they
 * count later, a day is packed later.
 */
export async function duePacks(
  { home, packsFrom = fewestPacked }: Pick<CloseWorld, 'home' | 'packsFrom'>,
  site: ClosingSite,
): Promise<Day[]> {
  const days = [
    ...new Set([...(await ownDays(home, site.id)), ...(await lateDays(home, site.id))]),
  ].sort();
  if (days.length === 0) return [];
  const packs = await readPacks(home, site.id);
  const due: Day[] = [];
  let erasures: Awaited<ReturnType<typeof readErasures>> | undefined;
  for (const day of days) {
    const { stored = 0 } = await readCounts(home, site.id, day);
    if (stored < packsFrom) continue;
    const { content } = await readMonth(home, site.id, monthOf(day));
    const present = content.days[day];
    erasures ??= await readErasures(home, site.id);
    if (present?.pruned !== undefined) continue;
    if (present !== undefined && mayNeedErasing(present, erasures, site, day)) continue;
    const keys = erasuresOf(erasures, site.zones, day).map(({ key }) => key);
    const set = present && (present.own ?? content.merged);
    const pack = packs.get(day);
    const packed = pack !== undefined && fits(pack, set, keys) ? rowsIn(pack) : 0;
    const left = stored - (present?.taken ?? 0) - packed;
    if (left >= Math.max(packsFrom, newShare * packed)) due.push(day);
  }
  return due;
}

const rowsIn = ({ rows }: Pack) => Object.values(rows).reduce((sum, count) => sum + count, 0);
