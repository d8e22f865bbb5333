import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '../../src/account/site.ts';
import { openSites, type Sites } from '../../src/account/sites.ts';
import { closeWhole, dueDays } from '../../src/close/close-site.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { readExport } from '../../src/exchange/export-file.ts';
import { type Exported, type ExportRange, exportToFolder } from '../../src/exchange/export-site.ts';
import type { Format } from '../../src/exchange/formats.ts';
import { checkExport, type ImportedDay, importDay, siteOfExport } from '../../src/exchange/import-site.ts';
import type { Home } from '../../src/home/home.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { openAppender } from '../../src/journal/append.ts';
import { openBooks } from '../../src/journal/books.ts';
import { type Duck, openDuck } from '../../src/journal/duckdb.ts';
import { openMounts } from '../../src/journal/mount.ts';
import type { Day } from '../../src/lib/site-days.ts';

/** A home in a folder of its own, with what export and import need of the world around them. */
export type Place = {
  readonly home: Home;
  readonly duck: Duck;
  readonly sites: Sites;
  /** Closes all days that can be, and merges months that are over; gives which days. */
  closeDue(site: Site): Promise<Day[]>;
  exportTo(folder: string, site: Site, format: Format, range?: ExportRange): Promise<Exported>;
  importFrom(folder: string, domain: string): Promise<{ site: Site; days: ImportedDay[] }>;
  close(): Promise<void>;
};

/** `outside` is a folder that exports may lie in. */
export async function openPlace(outside: string, clock: () => number): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-place-'));
  const home = await openMachine(folder, clock);
  const duck = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder: [home.files.folder, outside] });
  const sites = openSites(home, clock, () => randomBytes(6).toString('hex'));
  const world = { home, duck, clock, random: randomBytes };

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
      const mounts = openMounts({ home, duck, clock, budgetBytes: 2 ** 28 });
      return exportToFolder({ ...world, mounts, checked: new Set() }, site, range, format, to);
    },
    async importFrom(from, domain) {
      const exported = await readExport(from);
      await checkExport(from, exported);
      const { site } = await siteOfExport(sites, exported, domain, clock());
      const into = { ...world, appender: openAppender(home), books: openBooks(home) };
      const days: ImportedDay[] = [];
      for (const day of exported.days) days.push(await importDay(into, site, from, exported.format, day));
      await closeDue(site);
      return { site, days };
    },
    async close() {
      duck.close();
      await home.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** All hits of an export as ndjson, in an order that does not depend on where they were. */
export async function linesOf(folder: string): Promise<string[]> {
  const { days } = await readExport(folder);
  const lines: string[] = [];
  for (const { file } of days)
    lines.push(...(await readFile(join(folder, file), 'utf8')).trim().split('\n').sort());
  return lines;
}
