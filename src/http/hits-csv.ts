import { inertText } from '../lib/spreadsheet-text.ts';
import { type FieldName, fieldNames } from '../model/fields.ts';
import type { Hit } from '../model/hit.ts';

/** RFC 4180, with a header. `time` is ISO 8601 in UTC; what is no plain value is JSON. */
export async function* hitsAsCsv(hits: AsyncIterable<Hit>): AsyncGenerator<string> {
  yield `${fieldNames.join(',')}\r\n`;
  for await (const hit of hits)
    yield `${fieldNames.map((column) => cell(column, hit[column])).join(',')}\r\n`;
}

function cell(column: FieldName, value: unknown): string {
  if (value === undefined) return '';
  if (column === 'time') return new Date(value as number).toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const inert = typeof value === 'string' ? inertText(text) : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
