import { type Home, scanAll } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import { instantOf } from '../lib/instant.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { type Day, dayBounds, dayStart, isDay, type ZoneSpan } from '../lib/site-days.ts';
import type { Site } from './site.ts';

/**
 * What the owner has noted about a day or a moment. Each is a row:
 *
 *   note/<site>   <id>
 */
export type Annotation = {
  /** 8 hex digits, random. */
  readonly id: string;
  /** A day, or an instant in UTC. */
  readonly date: string;
  readonly text: string;
};

export type AnnotationFields = { readonly date?: unknown; readonly text?: unknown };

export const annotationPartition = (siteId: string) => `note/${siteId}`;

/** Several writers at once may pass it by a few. */
export const maxAnnotations = 1_000;

const maxTextLength = 200;

type Source = Pick<Home, 'rows'>;

type DaySpan = { readonly from?: Day | undefined; readonly to?: Day | undefined };

/** Those of some of the site's days, in the order of time. */
export async function readAnnotations(
  { rows }: Source,
  { id: siteId, zones }: Pick<Site, 'id' | 'zones'>,
  { from = '', to = '9' }: DaySpan = {},
): Promise<Annotation[]> {
  const found: { readonly annotation: Annotation; readonly atMs: number }[] = [];
  for await (const { value } of scanAll(rows, annotationPartition(siteId))) {
    const annotation = JSON.parse(value) as Annotation;
    const { day, atMs } = placeOf(annotation, zones);
    if (day >= from && day <= to) found.push({ annotation, atMs });
  }
  found.sort((a, b) => a.atMs - b.atMs || (a.annotation.id < b.annotation.id ? -1 : 1));
  return found.map(({ annotation }) => annotation);
}

/** Throws `bad-input` that names the field, or where there are too many. */
export async function addAnnotation(
  { rows }: Source,
  siteId: string,
  { date, text }: AnnotationFields,
  newId: () => string,
): Promise<Annotation> {
  const partition = annotationPartition(siteId);
  const fields = { date: readDate(date), text: readText(text) };
  if ((await rows.count(partition)) >= maxAnnotations)
    throw new DaybookError('bad-input', `expected at most ${maxAnnotations} annotations`);
  for (;;) {
    const annotation = { id: newId(), ...fields };
    const row = { partition, sort: annotation.id, value: JSON.stringify(annotation) };
    if (await rows.putIf(row, undefined)) return annotation;
  }
}

/**
 * Of an export: one that is there already stays as it is. Throws `bad-input` that names the field.
 */
export async function bringAnnotation(
  { rows }: Source,
  siteId: string,
  { id, date, text }: Annotation,
): Promise<void> {
  const value = JSON.stringify({ id, date: readDate(date), text: readText(text) });
  await rows.putIf({ partition: annotationPartition(siteId), sort: id, value }, undefined);
}

export const isAnnotation = (one: Annotation): boolean =>
  typeof one?.id === 'string' &&
  isId(one.id) &&
  typeof one.date === 'string' &&
  typeof one.text === 'string';

/** What is not given stays. Throws `bad-input` that names the field, or `not-found`. */
export async function changeAnnotation(
  { rows }: Source,
  siteId: string,
  id: string,
  { date, text }: AnnotationFields,
): Promise<Annotation> {
  const partition = annotationPartition(siteId);
  const changed = {
    ...(date !== undefined && { date: readDate(date) }),
    ...(text !== undefined && { text: readText(text) }),
  };
  for (;;) {
    const old = await expectRow({ rows }, siteId, id);
    const annotation = { ...(JSON.parse(old) as Annotation), ...changed };
    if (await rows.putIf({ partition, sort: id, value: JSON.stringify(annotation) }, old))
      return annotation;
  }
}

/** Throws `not-found`. */
export async function removeAnnotation(
  { rows }: Source,
  siteId: string,
  id: string,
): Promise<void> {
  await expectRow({ rows }, siteId, id);
  await rows.remove([{ partition: annotationPartition(siteId), sort: id }]);
}

async function expectRow({ rows }: Source, siteId: string, id: string): Promise<string> {
  const row = isId(id) ? await rows.get(annotationPartition(siteId), id) : undefined;
  if (row !== undefined) return row;
  throw new DaybookError('not-found', `there is no annotation ${JSON.stringify(id.slice(0, 200))}`);
}

const isId = (id: string) => /^[0-9a-f]{8}$/.test(id);

/** Where it stands: the site-day, and the moment, of a day its start. */
function placeOf({ date }: Annotation, zones: readonly ZoneSpan[]): { day: Day; atMs: number } {
  if (isDay(date)) return { day: date, atMs: dayStart(zones, date) };
  const atMs = Date.parse(date);
  return { day: dayBounds(zones, atMs).day, atMs };
}

function readDate(date: unknown): string {
  if (typeof date === 'string') {
    if (isDay(date)) return date;
    const ms = instantOf(date);
    if (ms !== undefined) return new Date(ms).toISOString();
  }
  throw refusedField(
    'date',
    'expected a day such as 2026-11-10, or a moment with its offset such as ' +
      `2026-11-10T09:30:00+01:00, got ${quoted(date)}`,
  );
}

function readText(text: unknown): string {
  if (isPlainLine(text, maxTextLength)) return text;
  const expected = `expected a text of 1 to ${maxTextLength} characters in one line`;
  throw refusedField('text', `${expected}, got ${quoted(text)}`);
}
