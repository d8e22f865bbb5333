import { type ClickId, clickIdOf } from './click-ids.ts';

/** What a page's query says of where the visit came from. Absent means not there, or blank. */
export type Tags = {
  /** `utm_source`, else `source`, else `ref`. */
  readonly utmSource?: string;
  readonly utmMedium?: string;
  readonly utmCampaign?: string;
  readonly utmContent?: string;
  readonly utmTerm?: string;
  /**
   * An advertiser's mark of a click on an ad. Its value is not read: it identifies a visitor.
   */
  readonly clickId?: ClickId;
};

type TagName = Exclude<keyof Tags, 'clickId'> | 'source' | 'ref';

const tagNames: ReadonlyMap<string, TagName> = new Map([
  ['utm_source', 'utmSource'],
  ['utm_medium', 'utmMedium'],
  ['utm_campaign', 'utmCampaign'],
  ['utm_content', 'utmContent'],
  ['utm_term', 'utmTerm'],
  ['source', 'source'],
  ['ref', 'ref'],
]);

const untagged: Tags = Object.freeze({});

/**
 * Reads the tags from a query (with or without its `?`). The first that is not blank counts of each
 * name. Nothing else is decoded, so that it costs little.
 */
export function readTags(query: string): Tags {
  if (query.length < 2) return untagged;
  const found: Partial<Record<TagName, string>> = {};
  let clickId: ClickId | undefined;
  let start = query.startsWith('?') ? 1 : 0;
  while (start < query.length) {
    const next = query.indexOf('&', start);
    const end = next < 0 ? query.length : next;
    const equals = query.indexOf('=', start);
    if (equals > start && equals < end - 1) {
      const name = nameOf(query.slice(start, equals));
      const tag = tagNames.get(name);
      if (tag === undefined) {
        clickId ??= clickIdOf(name);
      } else if (found[tag] === undefined) {
        const value = readValue(query.slice(equals + 1, end));
        if (value !== '') found[tag] = value;
      }
    }
    start = end + 1;
  }
  const { source, ref, ...utm } = found;
  const utmSource = utm.utmSource ?? source ?? ref;
  return {
    ...utm,
    ...(utmSource !== undefined && { utmSource }),
    ...(clickId !== undefined && { clickId }),
  };
}

/** Links that were escaped once too often join their parameters by `&amp;`. */
const nameOf = (written: string) =>
  written.startsWith('amp;') ? written.slice('amp;'.length) : written;

/** Decoded, without control characters and blanks around. */
function readValue(raw: string): string {
  // Most tags are plain words.
  if (/^[\w.~-]*$/.test(raw)) return raw;
  return decode(raw)
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .trim();
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    // Broken percent-encoding: as a browser would read it, replacement characters and all.
    return new URLSearchParams(`v=${raw}`).get('v') ?? '';
  }
}
