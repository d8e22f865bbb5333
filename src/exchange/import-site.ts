import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bringAnnotation } from '../account/annotations.ts';
import { addGoal } from '../account/goals.ts';
import { isSealed } from '../account/retention.ts';
import { addSegment } from '../account/segments.ts';
import type { Site } from '../account/site.ts';
import { applySettings } from '../account/site-settings.ts';
import type { Sites } from '../account/sites.ts';
import { type IdSource, knownIds } from '../days/known-ids.ts';
import { parquet } from '../duck/parquet.ts';
import { erasuresOf, isErasedBy, readErasures } from '../journal/erasures.ts';
import { type HitImportWorld, openHitImport } from '../journal/import-hits.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, dayEnd, dayStart, type ZoneSpan } from '../lib/site-days.ts';
import { computeTimeoutMs, freezeAfterMs } from '../model/times.ts';
import { describeFile, type ExportedDay, type ExportFile } from './export-file.ts';
import { asText, hitsOfSchema } from './formats.ts';
import { readHitLine } from './hit-lines.ts';

/** `duck` may read the folder of the export and the ledger's. */
export type ImportWorld = IdSource & Omit<HitImportWorld, 'idsOfDay'>;

/**
 * `known`: hits that the site had already; `tooOld`: hits of a day that the site does not keep;
 * `erased`: those erased before.
 */
export type ImportedDay = {
  readonly day: Day;
  readonly taken: number;
  readonly known: number;
  readonly tooOld: number;
  readonly erased: number;
};

const batchRows = 2_000;

/**
 * Compares every file with what the export says about it, before anything is imported. Throws
 * `bad-input` that names the first one that differs.
 */
export async function checkExport(folder: string, { format, days }: ExportFile): Promise<void> {
  if (format === 'csv')
    throw new DaybookError(
      'bad-input',
      `${folder}: expected an export as parquet or ndjson, got csv, which is for spreadsheets only`,
    );
  for (const { file, bytes, sha256 } of days) {
    const path = join(folder, file);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined)
      throw new DaybookError('bad-input', `${path}: expected ${bytes} bytes, but it is not there`);
    if (found.size !== bytes)
      throw new DaybookError('bad-input', `${path}: expected ${bytes} bytes, got ${found.size}`);
    const got = (await describeFile(path)).sha256;
    if (got !== sha256)
      throw new DaybookError(
        'bad-input',
        `${path} was changed: expected SHA-256 ${sha256}, got ${got}`,
      );
  }
}

/** Aliases that no other site has. */
async function freeAliases(sites: Sites, given: unknown): Promise<Record<string, unknown>> {
  if (!Array.isArray(given)) return {};
  const taken = await Promise.all(given.map((alias) => sites.find(String(alias))));
  return { aliases: given.filter((_, i) => taken[i] === undefined) };
}

/**
 * The site that an export is imported into: the one of that domain, if its days begin and end as
 * the export's do; else a new one with the export's zones, settings, goals and segments. A new
 * site is not made the default.
 */
export async function siteOfExport(
  sites: Sites,
  exported: ExportFile,
  domain: string,
  nowMs: number,
): Promise<{ readonly site: Site; readonly isNew: boolean }> {
  const present = await sites.find(domain);
  if (present !== undefined) {
    expectSameDays(present, exported);
    return { site: present, isNew: false };
  }
  const { zones, createdMs, goals, segments = [] } = exported.site;
  const { domain: _, timezone: __, default: ___, ...settings } = exported.site.settings;
  const aliases = await freeAliases(sites, settings['aliases']);
  const made = (site: Site): Site => {
    const set = applySettings({ ...site, zones, createdMs }, { ...settings, ...aliases }, nowMs);
    const reached = goals.reduce((one: Site, goal) => addGoal(one, goalFields(goal)).site, set);
    return segments.reduce(
      (one: Site, segment) => addSegment(one, segment, () => segment.id).site,
      reached,
    );
  };
  // The site is made whole or not at all: an import that is cut leaves no half of one.
  return {
    site: await sites.add(domain, { timezone: zones[zones.length - 1]!.zone }, made),
    isNew: true,
  };
}

/** Brings what is noted in an export. It may be cut, and run again. */
export async function bringAnnotations(
  { home }: Pick<ImportWorld, 'home'>,
  { id }: Site,
  { site: { annotations = [] } }: ExportFile,
): Promise<void> {
  for (const annotation of annotations) await bringAnnotation(home, id, annotation);
}

const goalFields = (goal: ExportFile['site']['goals'][number]) => ({
  name: goal['display_name'] ?? undefined,
  event: goal['event_name'] ?? undefined,
  page: goal['page_path'] ?? undefined,
  currency: goal['currency'] ?? undefined,
});

function expectSameDays({ domain, zones }: Site, { site, days }: ExportFile): void {
  const isSame = (day: Day) =>
    [dayStart, dayEnd].every((boundOf) => boundOf(zones, day) === boundOf(site.zones, day));
  const other = days.find(({ day }) => !isSame(day));
  if (other === undefined) return;
  const zonesOf = (spans: readonly ZoneSpan[]) => spans.map(({ zone }) => zone).join(', then ');
  throw new DaybookError(
    'conflict',
    `${other.day} is cut otherwise: the export's days are of ${zonesOf(site.zones)}, ` +
      `those of ${domain} of ${zonesOf(zones)}; import into a new site with --site`,
  );
}

/** The folder of an export, and what its files are. */
type Source = { readonly folder: string } & Pick<ExportFile, 'format' | 'schema'>;

/**
 * Imports the hits of one day as late rows. The way of a line: parse it (`ExportedHit`,
 * `hit-lines.ts`); it was judged and enriched when it was collected; store it unless its day has it
 * or it was erased (`journal/import-hits.ts`). So importing twice changes nothing. Killed at any
 * moment, it can be run again.
 */
export async function importDay(
  world: ImportWorld,
  site: Site,
  { folder, format, schema }: Source,
  { day, file, hits }: ExportedDay,
): Promise<ImportedDay> {
  const { clock } = world;
  if (isSealed(site, day, clock())) return { day, taken: 0, known: 0, tooOld: hits, erased: 0 };
  const ids = await knownIds(world, site.id, day);
  const isFrozen = clock() >= dayEnd(site.zones, day) + freezeAfterMs;
  const erasures = erasuresOf(await readErasures(world.home, site.id), site.zones, day);
  // The ids are read before the file, which is a reading of DuckDB's too.
  const into = openHitImport({ ...world, idsOfDay: async () => ids }, site.id, {
    ...{ batchRows, daysInMemory: 1 },
    isErased: erasures.length === 0 ? undefined : isErasedBy(erasures),
  });
  const outcomes = { taken: 0, known: 0, erased: 0 };

  async function take(line: string, where: string): Promise<void> {
    const { day: ofDay, receivedAtMs, hit } = readHitLine(line, where);
    if (ofDay !== day)
      throw new DaybookError('bad-input', `${where}: expected a hit of ${day}, got ${ofDay}`);
    // Mounts of an open day look for rows by when they were received. A frozen day is closed from
    // all of its rows.
    const rowMs = isFrozen ? receivedAtMs : Math.max(receivedAtMs, clock());
    const row = { day, id: hit.id, receivedAtMs: rowMs };
    outcomes[await into.take(row, () => JSON.stringify(hit))]++;
  }

  try {
    await eachLine(world, { path: join(folder, file), format, schema }, take);
    await into.settle();
  } finally {
    await into.end();
  }
  return { day, ...outcomes, tooOld: 0 };
}

/** Gives each hit of a file as a line of JSON, and where it stands. */
async function eachLine(
  { duck }: ImportWorld,
  { path, format, schema }: Pick<ExportFile, 'format' | 'schema'> & { readonly path: string },
  take: (line: string, where: string) => Promise<void>,
): Promise<void> {
  let number = 0;
  if (format === 'ndjson') {
    const input = createReadStream(path);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      await take(line, `${path}, line ${++number}`);
    return;
  }
  const text = `/* import.hits */ SELECT to_json(t)::VARCHAR
    FROM (${asText(hitsOfSchema(parquet([path]), schema))}) AS t`;
  await duck.read(async (session) => {
    for await (const rows of session.pages(text))
      for (const [line] of rows) await take(String(line), `${path}, row ${++number}`);
  }, computeTimeoutMs);
}
