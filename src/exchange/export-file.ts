import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Annotation, isAnnotation } from '../account/annotations.ts';
import type { Segment } from '../account/site.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, isDay, isZone, type ZoneSpan } from '../lib/site-days.ts';
import { presentSchema } from '../model/fields.ts';
import { type Format, formats } from './formats.ts';

/** Beside `export.json`, which describes an export and is written last: `hits/<day>.<format>`. */
export const manifestName = 'export.json';

export const hitsFolder = 'hits';

export type ExportedDay = {
  readonly day: Day;
  readonly hits: number;
  /** Within the export's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
};

export type ExportFile = {
  readonly daybook: 'export';
  /** Which columns its files have (`presentSchema` in `model/fields.ts`). */
  readonly schema: number;
  readonly format: Format;
  readonly madeAt: string;
  readonly from?: Day;
  readonly to?: Day;
  readonly site: {
    readonly domain: string;
    readonly zones: readonly ZoneSpan[];
    readonly createdMs: number;
    /** As `daybook site list` shows them. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** As `daybook goal list` shows them. */
    readonly goals: readonly Readonly<Record<string, string | null>>[];
    /** As `daybook segment list` shows them; exports of earlier versions have none. */
    readonly segments?: readonly Segment[];
    /** As `daybook annotation list` shows them; exports of earlier versions have none. */
    readonly annotations?: readonly Annotation[];
  };
  readonly days: readonly ExportedDay[];
};

export async function describeFile(path: string): Promise<Pick<ExportedDay, 'bytes' | 'sha256'>> {
  const sum = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    sum.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: sum.digest('hex') };
}

/** Reads the page that describes an export. Throws `bad-input` saying what is wrong with it. */
export async function readExport(folder: string): Promise<ExportFile> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestName), 'utf8');
  } catch {
    throw new DaybookError(
      'bad-input',
      `${folder}: expected the folder of a finished export, but it has no ${manifestName}`,
    );
  }
  const wrong = (expected: string) =>
    new DaybookError('bad-input', `${join(folder, manifestName)}: expected ${expected}`);
  let content: ExportFile;
  try {
    content = JSON.parse(text) as ExportFile;
  } catch {
    throw wrong('JSON');
  }
  if (content?.daybook !== 'export') throw wrong('an export of Daybook ("daybook": "export")');
  const { schema } = content;
  if (!Number.isInteger(schema) || schema < 1 || schema > presentSchema)
    throw wrong(
      `a schema from 1 to ${presentSchema}, got ${JSON.stringify(schema)}: ` +
        'a newer Daybook may have made it',
    );
  if (!formats.includes(content.format)) throw wrong(`a format of ${formats.join(', ')}`);
  const { site, days } = content;
  if (typeof site?.domain !== 'string' || !Number.isSafeInteger(site.createdMs))
    throw wrong('a site with its domain and createdMs');
  if (!Array.isArray(site.zones) || site.zones.length === 0 || !site.zones.every(isSpan))
    throw wrong('site.zones: {fromDay, fromMs, zone} each, in order of time');
  if (typeof site.settings !== 'object' || site.settings === null || !Array.isArray(site.goals))
    throw wrong('site.settings and site.goals');
  if (!(site.segments ?? []).every(isSegment))
    throw wrong('site.segments: {id, name, filters} each');
  if (!(site.annotations ?? []).every(isAnnotation))
    throw wrong('site.annotations: {id, date, text} each');
  if (!Array.isArray(days) || !days.every((day) => isExportedDay(day, content.format)))
    throw wrong('days: {day, hits, file, bytes, sha256} each, in order');
  return content;
}

function isSpan(span: ZoneSpan, i: number, all: readonly ZoneSpan[]): boolean {
  const { fromDay, fromMs, zone } = span ?? {};
  if (typeof fromDay !== 'string' || !isDay(fromDay) || !Number.isSafeInteger(fromMs)) return false;
  if (typeof zone !== 'string' || !isZone(zone)) return false;
  const before = all[i - 1];
  return before === undefined || (before.fromMs < fromMs && before.fromDay <= fromDay);
}

const isSegment = (one: Segment) =>
  typeof one?.name === 'string' && /^[0-9a-f]{8}$/.test(one.id) && Array.isArray(one.filters);

function isExportedDay(one: ExportedDay, format: Format): boolean {
  const { day, hits, file, bytes, sha256 } = one ?? {};
  return (
    typeof day === 'string' &&
    isDay(day) &&
    // No other name: an export must not lead anywhere outside its folder.
    file === `${hitsFolder}/${day}.${format}` &&
    Number.isSafeInteger(hits) &&
    hits >= 0 &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}
