import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readAnnotations } from '../account/annotations.ts';
import { showGoal } from '../account/goals.ts';
import type { Site } from '../account/site.ts';
import { showSite } from '../account/site-settings.ts';
import { type DaySpan, daysWithHits } from '../days/day-hits.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { presentSchema } from '../model/fields.ts';
import { type ExportWorld, exportDay } from './export-day.ts';
import {
  describeFile,
  type ExportedDay,
  type ExportFile,
  hitsFolder,
  manifestName,
} from './export-file.ts';
import type { Format } from './formats.ts';

/** Which hits are exported, and as what. */
export type ExportOptions<F extends Format = Format> = {
  readonly range: DaySpan;
  readonly format: F;
  /** Called for each day that was written. */
  readonly onDay?: (day: Day, hits: number) => void;
};

export type Exported = {
  readonly days: readonly Day[];
  readonly hits: number;
  readonly bytes: number;
};

/**
 * Writes all hits of a site into a folder, which must be empty or absent: a file a day, and at last
 * the file that describes them. A folder without that file is no export.
 */
export async function exportToFolder(
  world: ExportWorld & { readonly clock: Clock },
  site: Site,
  folder: string,
  { range, format, onDay = () => {} }: ExportOptions,
): Promise<Exported> {
  await expectEmpty(folder);
  await mkdir(join(folder, hitsFolder), { recursive: true });
  const days: ExportedDay[] = [];
  for (const day of await daysWithHits(world, site.id, range)) {
    const name = `${hitsFolder}/${day}.${format}`;
    const path = join(folder, name);
    const hits = await exportDay(world, site, day, { format, path, header: true });
    if (hits === undefined) {
      await rm(path, { force: true });
      continue;
    }
    days.push({ day, hits, file: name, ...(await describeFile(path)) });
    onDay(day, hits);
  }
  const nowMs = world.clock();
  const annotations = await readAnnotations(world.home, site);
  const content: ExportFile = {
    daybook: 'export',
    ...{ schema: presentSchema, format, madeAt: new Date(nowMs).toISOString(), ...range },
    site: {
      domain: site.domain,
      zones: site.zones,
      createdMs: site.createdMs,
      settings: showSite(site, nowMs),
      goals: (site.goals ?? []).map(showGoal),
      ...(site.segments !== undefined && { segments: site.segments }),
      ...(annotations.length > 0 && { annotations }),
    },
    days,
  };
  await writeFile(join(folder, manifestName), `${JSON.stringify(content, undefined, 1)}\n`);
  const sum = (of: 'hits' | 'bytes') => days.reduce((all, one) => all + one[of], 0);
  return { days: days.map(({ day }) => day), hits: sum('hits'), bytes: sum('bytes') };
}

/**
 * Writes all hits of a site to one stream, one day after another; `scratch` is a folder that
 * `world.duck` may write to.
 */
export async function exportToStream(
  world: ExportWorld,
  site: Site,
  { scratch, out }: { readonly scratch: string; readonly out: Writable },
  { range, format, onDay = () => {} }: ExportOptions<Exclude<Format, 'parquet'>>,
): Promise<Exported> {
  const days: Day[] = [];
  let [sum, bytes] = [0, 0];
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const day of await daysWithHits(world, site.id, range)) {
      const path = join(scratch, `${day}.${format}`);
      try {
        const hits = await exportDay(world, site, day, { format, path, header: days.length === 0 });
        if (hits === undefined) continue;
        days.push(day);
        sum += hits;
        bytes += (await stat(path)).size;
        yield* createReadStream(path) as AsyncIterable<Buffer>;
        onDay(day, hits);
      } finally {
        await rm(path, { force: true });
      }
    }
  }
  await pipeline(pieces, out, { end: false });
  return { days, hits: sum, bytes };
}

async function expectEmpty(folder: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    const got = code === 'ENOTDIR' ? 'but it is a file' : `but it cannot be read (${code})`;
    throw new DaybookError('bad-input', `${folder}: expected an empty folder or none, ${got}`);
  }
  if (names.length > 0)
    throw new DaybookError(
      'conflict',
      `${folder}: expected an empty folder or none, but it holds ${names[0]}`,
    );
}
