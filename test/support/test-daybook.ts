import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { expect } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { openSites, type Sites } from '../../src/account/sites.ts';
import { closeWhole, dueDays } from '../../src/close/due-days.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import type { DaySpan } from '../../src/days/day-hits.ts';
import { openDayHits } from '../../src/days/open-days.ts';
import { type Duck, openDuck } from '../../src/duck/duck.ts';
import { readExport } from '../../src/exchange/export-file.ts';
import { type Exported, exportToFolder, exportToStream } from '../../src/exchange/export-site.ts';
import type { Format } from '../../src/exchange/formats.ts';
import {
  bringAnnotations,
  checkExport,
  type ImportedDay,
  importDay,
  siteOfExport,
} from '../../src/exchange/import-site.ts';
import type { Home } from '../../src/home/home.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { openAppender } from '../../src/journal/append.ts';
import { openBooks } from '../../src/journal/books.ts';
import type { Day, ZoneSpan } from '../../src/lib/site-days.ts';
import type { Hit } from '../../src/model/hit.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { closeWorldOf } from './close-world.ts';
import { appendHits } from './hits.ts';
import { everyCase } from './real-app.ts';

/** A home in a new folder, with all that closing, reports, exports and imports need. */
export type TestDaybook = {
  readonly home: Home;
  readonly duck: Duck;
  readonly sites: Sites;
  /** Closes all days that can be closed, and merges months that have ended. Gives the days. */
  closeDue(site: Site): Promise<Day[]>;
  exportTo(to: string | Writable, site: Site, format: Format, range?: DaySpan): Promise<Exported>;
  importFrom(folder: string, domain: string): Promise<{ site: Site; days: ImportedDay[] }>;
  /** The rows of a report. */
  report(site: Site, query: Record<string, unknown>): Promise<Answered[]>;
  close(): Promise<void>;
};

export type Answered = {
  readonly dimensions: readonly string[];
  readonly metrics: readonly (number | null)[];
};

/** Exports may be written to the folder `outside`. */
export async function openTestDaybook(
  clock: () => number,
  outside = tmpdir(),
): Promise<TestDaybook> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-daybook-'));
  const home = await openMachine(folder);
  const duck = await openDuck({
    memoryBytes: 2 ** 29,
    threads: 2,
    folder: [home.files.folder, outside],
  });
  const sites = openSites(home, clock, () => randomBytes(6).toString('hex'));
  const world = closeWorldOf(home, duck, clock);
  let engine: Promise<Engine> | undefined;

  async function closeDue(site: Site): Promise<Day[]> {
    const due = await dueDays(world, site, { atOnce: true });
    for (const day of due) await closeWhole(world, site, day);
    await mergeMonths(world, site);
    return due.map(({ day }) => day);
  }

  return {
    home,
    duck,
    sites,
    closeDue,
    exportTo(to, site, format, range = {}) {
      const exporting = { ...world, ...openDayHits({ home, duck, clock, budgetBytes: 2 ** 28 }) };
      return typeof to === 'string'
        ? exportToFolder(exporting, site, to, { range, format })
        : exportToStream(
            exporting,
            site,
            { scratch: outside, out: to },
            { range, format: format as 'csv' },
          );
    },
    async importFrom(from, domain) {
      const exported = await readExport(from);
      await checkExport(from, exported);
      const { site } = await siteOfExport(sites, exported, domain, clock());
      const into = { ...world, appender: openAppender(home), books: openBooks(home) };
      await bringAnnotations(into, site, exported);
      const days: ImportedDay[] = [];
      for (const day of exported.days)
        days.push(await importDay(into, site, { ...exported, folder: from }, day));
      await closeDue(site);
      return { site, days };
    },
    async report(site, query) {
      engine ??= openEngine({ home, clock, memoryBytes: 2 ** 29, threads: 2 });
      const { results } = await (await engine).query(site, { site_id: site.domain, ...query });
      return results as Answered[];
    },
    async close() {
      (await engine)?.close();
      duck.close();
      await home.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A new site with an id of its own; it is in no home. */
export const bareSite = (zones: readonly ZoneSpan[], more: Partial<Site> = {}): Site => ({
  ...{ id: randomBytes(6).toString('hex'), domain: 'example.com', zones },
  ...{ createdMs: 0, open: false, default: false, respectsGpc: false },
  ...{ excludedAddresses: [], excludedPages: [] },
  ...more,
});

const monthsMs = 62 * 86_400_000;

/**
 * Puts hits into sites made by `make`, and calls `check` in every state of their days: reports must
 * be the same in all. `setNow` moves the clock until all months have ended. The states with late
 * hits are tried in `.ci/run`.
 */
export async function inEveryState(
  daybook: TestDaybook,
  make: () => Site,
  hits: readonly Hit[],
  { nowMs, setNow }: { readonly nowMs: number; setNow(ms: number): void },
  check: (site: Site, state: string) => Promise<void>,
): Promise<void> {
  const site = make();
  await appendHits(daybook.home, site, hits);
  await check(site, 'open');
  const days = await daybook.closeDue(site);
  expect(days.length).toBeGreaterThan(0);
  await check(site, 'closed');

  const sites = [site];
  if (everyCase) {
    const other = make();
    const [early, late] = [0, 1].map((part) => hits.filter((_, i) => i % 2 === part));
    await appendHits(daybook.home, other, early!);
    await daybook.closeDue(other);
    await appendHits(daybook.home, other, late!, { late: true, receivedAtMs: nowMs });
    await check(other, 'closed, with late hits');
    await daybook.closeDue(other);
    await check(other, 'closed again');
    sites.push(other);
  }

  setNow(nowMs + monthsMs);
  for (const one of sites) {
    await daybook.closeDue(one);
    await check(one, 'merged');
  }
  setNow(nowMs);
}

/** All hits of an export as lines of ndjson, in an order that does not depend on their source. */
export async function linesOf(folder: string): Promise<string[]> {
  const { days } = await readExport(folder);
  const lines: string[] = [];
  for (const { file } of days)
    lines.push(...(await readFile(join(folder, file), 'utf8')).trim().split('\n').sort());
  return lines;
}
