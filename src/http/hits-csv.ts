import type { Hit } from '../model/hit.ts';

const columns = [
  'time',
  'id',
  'name',
  'visitor',
  'hostname',
  'page',
  'referrer',
  'source',
  'channel',
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmContent',
  'utmTerm',
  'browser',
  'browserVersion',
  'os',
  'osVersion',
  'device',
  'country',
  'region',
  'city',
  'language',
  'screen',
  'interactive',
  'props',
  'revenue',
  'scrollDepth',
  'engagedMs',
  'sent',
] as const satisfies readonly (keyof Hit)[];

/** RFC 4180, with a header. `time` is ISO 8601 in UTC; what is no plain value is JSON. */
export async function* hitsAsCsv(hits: AsyncIterable<Hit>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  for await (const hit of hits)
    yield `${columns.map((column) => cell(column, hit[column])).join(',')}\r\n`;
}

function cell(column: keyof Hit, value: unknown): string {
  if (value === undefined) return '';
  if (column === 'time') return new Date(value as number).toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A spreadsheet would run a text that starts like a formula.
  const inert = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
