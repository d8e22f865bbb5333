import { join } from 'node:path';
import { closeDay } from '../../close/close-day.ts';
import {
  type DamagedFiles,
  type FoundSet,
  openDamagedFiles,
} from '../../close/rescue/damaged-files.ts';
import { rescueMonth } from '../../close/rescue/named-days.ts';
import { rebuildMonth } from '../../close/rescue/unnamed-days.ts';
import { verifySite } from '../../close/verify-ledger.ts';
import type { Home } from '../../home/home.ts';
import { readSalts } from '../../home/machine/salts.ts';
import { monthOf, monthPartition, parseMonth } from '../../ledger/manifest.ts';
import type { ProbedSet } from '../../ledger/probe-set.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Day } from '../../lib/site-days.ts';
import { openClosing } from '../closing.ts';
import { openRandom } from '../random.ts';
import { openWorldSites } from '../world.ts';
import { openProber } from './probe-client.ts';
import { copyRows, type RescuedRows, rangeText } from './rescue-rows.ts';
import { rescueSites } from './rescue-sites.ts';

export type Rescued = {
  readonly rows: number;
  /** What is missing in the new folder, or has to be looked at: a line each. */
  readonly missing: readonly string[];
};

type DayToMake = { readonly siteId: string; readonly day: Day };

type Ledger = {
  readonly remake: readonly DayToMake[];
  readonly missing: readonly string[];
  readonly probed: ReadonlyMap<string, readonly ProbedSet[]>;
};

/**
 * Reads what can be read of the damaged folder `from` into `to`, the home of a new one. The damaged
 * folder is only read, and never by LMDB. The steps, in running order:
 *
 *   1. copy the rows (`rescue-rows.ts`)
 *   2. copy the files that the manifests name, and take out of them what is lost (`named-days.ts`)
 *   3. make manifests that are lost again, from the files (`unnamed-days.ts`)
 *   4. make sites that are lost again (`rescue-sites.ts`)
 *   5. copy the salts of days that still run
 *   6. make files again whose hits are there, and verify all
 */
export async function rescueData(from: string, to: Home, clock: Clock): Promise<Rescued> {
  const rows = await copyRows(join(from, 'rows', 'data.mdb'), to);
  const files = openDamagedFiles(join(from, 'files'), to);
  const named = await rescueMonths(files, rows, to);
  const unnamed = await rebuildMonths(files, rows, { to, folder: join(from, 'files'), clock });
  const sites = openWorldSites(to, clock, openRandom());
  const found = await rescueSites({ home: to, sites, clock }, rows, unnamed.probed);
  for (const { siteId, day, salt, destroyAtMs } of await readSalts(join(from, 'salts')))
    if (destroyAtMs > clock()) await to.salts.getOrKeep(siteId, day, () => ({ salt, destroyAtMs }));
  const wrong = await remakeAndVerify(to, [...named.remake, ...unnamed.remake], clock);
  const missing = [
    ...rows.notes,
    ...rows.lost.map((range) => `rows ${rangeText(range)}`),
    ...named.missing,
    ...unnamed.missing,
    ...found,
    ...wrong,
  ];
  return { rows: rows.count, missing };
}

const isMonths = (partition: string) => partition.startsWith(monthPartition(''));

const siteIn = (partition: string) => partition.slice(monthPartition('').length);

async function rescueMonths(files: DamagedFiles, rows: RescuedRows, to: Home): Promise<Ledger> {
  const missing: string[] = [];
  const remake: DayToMake[] = [];
  for (const { partition, sort, value } of rows.kept) {
    if (!isMonths(partition)) continue;
    const siteId = siteIn(partition);
    const month = await rescueMonth(files, siteId, sort, parseMonth(sort, value));
    await to.rows.append([{ partition, sort, value: JSON.stringify(month.content) }]);
    missing.push(...month.missing.map((line) => `site ${siteId}: ${line}`));
    remake.push(...month.remake.map((day) => ({ siteId, day })));
  }
  return { missing, remake, probed: new Map() };
}

type Rebuilding = { readonly to: Home; readonly folder: string; readonly clock: Clock };

/** Of months whose manifest was read, files that it does not name are of no use. */
async function rebuildMonths(
  files: DamagedFiles,
  rows: RescuedRows,
  { to, folder, clock }: Rebuilding,
): Promise<Ledger> {
  const known = new Set(rows.kept.map(({ partition, sort }) => `${partition}/${sort}`));
  const sets = new Map<string, FoundSet[]>();
  for (const set of await files.sets()) {
    const partition = monthPartition(set.siteId);
    const month = monthOf(set.dayOrMonth);
    if (known.has(`${partition}/${month}`) || !rows.isLost(partition, month)) continue;
    const key = `${set.siteId}/${month}`;
    sets.set(key, [...(sets.get(key) ?? []), set]);
  }
  const missing: string[] = [];
  const remake: DayToMake[] = [];
  const probed = new Map<string, ProbedSet[]>();
  const prober = openProber(folder);
  try {
    for (const [key, found] of sets) {
      const [siteId = '', sort = ''] = key.split('/');
      const month = await rebuildMonth(files, prober.probe, found, clock());
      const value = JSON.stringify(month.content);
      await to.rows.append([{ partition: monthPartition(siteId), sort, value }]);
      missing.push(...month.missing);
      remake.push(...month.remake.map((day) => ({ siteId, day })));
      probed.set(siteId, [...(probed.get(siteId) ?? []), ...month.probed]);
    }
  } finally {
    prober.close();
  }
  return { missing, remake, probed };
}

async function remakeAndVerify(
  to: Home,
  days: readonly DayToMake[],
  clock: Clock,
): Promise<string[]> {
  const wrong: string[] = [];
  const closing = await openClosing(to, clock);
  try {
    for (const site of await openWorldSites(to, clock, openRandom()).list()) {
      for (const { siteId, day } of days) {
        if (siteId !== site.id) continue;
        await closeDay(closing.world, site, day, { again: true }).catch((error: unknown) =>
          wrong.push(`${site.domain}: ${day}: ${messageOf(error)}`),
        );
      }
      const verified = await verifySite(closing.world, site);
      wrong.push(...verified.wrong.map(({ at, problem }) => `${site.domain}: ${at}: ${problem}`));
    }
  } finally {
    closing.close();
  }
  return wrong;
}
