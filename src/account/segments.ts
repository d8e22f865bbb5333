import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import type { Segment, Site } from './site.ts';

export const maxSegments = 200;

/** A site is one row, which a home may limit: of it so much may be segments. */
const maxSegmentsBytes = 65_536;

const maxNameLength = 120;

/** What a segment is made of: its filters are checked where the query language is known. */
export type SegmentFields = {
  readonly name?: unknown;
  readonly filters?: readonly unknown[] | undefined;
};

/**
 * The site with one more segment. Throws `bad-input` that names the field, `conflict` where another
 * has its name.
 */
export function addSegment(
  site: Site,
  { name, filters = [] }: SegmentFields,
  newId: () => string,
  personId?: string,
): { site: Site; segment: Segment } {
  const segments = site.segments ?? [];
  const named = readName(name);
  if (segments.length >= maxSegments)
    throw new DaybookError('bad-input', `expected at most ${maxSegments} segments`);
  let id = newId();
  while (segments.some((one) => one.id === id)) id = newId();
  const segment = { id, name: named, filters, ...(personId !== undefined && { personId }) };
  return { site: withSegments(site, [...segments, segment]), segment };
}

/** The site with a segment changed, which is named by its id; what is not given stays. */
export function changeSegment(
  site: Site,
  id: string,
  { name, filters }: SegmentFields,
  personId?: string,
): { site: Site; segment: Segment } {
  const old = segmentNamed(site, id, personId);
  const segment = {
    ...old,
    ...(name !== undefined && { name: readName(name) }),
    ...(filters !== undefined && { filters }),
  };
  const segments = (site.segments ?? []).map((one) => (one === old ? segment : one));
  return { site: withSegments(site, segments), segment };
}

/** The site without a segment, which is named by its id. Throws `not-found`. */
export function removeSegment(
  site: Site,
  id: string,
  personId?: string,
): { site: Site; segment: Segment } {
  const segment = segmentNamed(site, id, personId);
  const segments = (site.segments ?? []).filter((one) => one !== segment);
  return { site: { ...site, segments }, segment };
}

/** Among those of a person, or else of the site. */
function segmentNamed({ segments = [] }: Site, id: string, personId?: string): Segment {
  const segment = segments.find((one) => one.id === id && one.personId === personId);
  if (segment !== undefined) return segment;
  throw new DaybookError('not-found', `there is no segment ${JSON.stringify(id.slice(0, 200))}`);
}

function withSegments(site: Site, segments: readonly Segment[]): Site {
  const twice = segments.find(({ name, personId }, i) =>
    segments.slice(0, i).some((one) => one.name === name && one.personId === personId),
  )?.name;
  if (twice !== undefined)
    throw new DaybookError('conflict', `there is another segment named ${JSON.stringify(twice)}`, {
      fields: { name: ['is taken already'] },
    });
  if (Buffer.byteLength(JSON.stringify(segments)) > maxSegmentsBytes)
    throw refusedField('filters', `expected segments of ${maxSegmentsBytes} bytes together`);
  return { ...site, segments };
}

function readName(name: unknown): string {
  if (isPlainLine(name, maxNameLength)) return name;
  const expected = `expected a text of 1 to ${maxNameLength} characters`;
  throw refusedField('name', `${expected}, got ${quoted(name)}`);
}
