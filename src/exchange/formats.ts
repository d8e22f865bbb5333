import { quoted } from '../duck/parquet.ts';
import { ledgerTextColumns, parquetOptions, toUnsigned } from '../ledger/columns.ts';

/**
 * `parquet` as the ledger has it; `ndjson` and `csv` the same columns as text. What can be brought
 * back: parquet, ndjson.
 */
export const formats = ['parquet', 'ndjson', 'csv'] as const;

export type Format = (typeof formats)[number];

const hex = (column: string) => `format('{:016x}', ${toUnsigned(column)}) AS ${column}`;

const textColumns = ledgerTextColumns.join(', ');

/**
 * Hits of the ledger's columns with ids as 16 hex digits and times in ISO 8601, as the API shows
 * them: no reader of JSON rounds them.
 */
export const asText = (from: string) => `SELECT day::VARCHAR AS day, visit,
  strftime("time", '%Y-%m-%dT%H:%M:%S.%gZ') AS "time", ${hex('id')}, ${hex('visitor')}, name, hostname, page, interactive,
  scroll_depth, engaged_ms, ${textColumns}, props, currency, amount, sent, delay_ms, utc_offset FROM ${from}`;

/**
 * A spreadsheet would run a text that starts like a formula: it gets an apostrophe. One that starts
 * with apostrophes and then so gets one more, so that taking one off always gives the text back.
 */
const inert = (column: string) =>
  `CASE WHEN regexp_matches(${column}, '^''*[=+\\-@\\t\\r]') THEN '''' || ${column} ELSE ${column} END AS ${column}`;

const asCells = (from: string) => `SELECT * REPLACE (
  ${['name', 'hostname', 'page', ...ledgerTextColumns, 'currency', 'sent'].map(inert).join(', ')}, to_json(props)::VARCHAR AS props)
  FROM (${asText(from)})`;

/**
 * The statement that writes hits, `from` being what reads them with the ledger's columns. `header`
 * is of CSV.
 */
export function copySql(from: string, format: Format, path: string, header: boolean): string {
  const [select, options] = {
    parquet: [`SELECT * FROM ${from}`, parquetOptions],
    ndjson: [asText(from), 'FORMAT json, ARRAY false'],
    csv: [asCells(from), `FORMAT csv, HEADER ${header}`],
  }[format];
  return `/* export.${format} */ COPY (${select}) TO ${quoted(path)} (${options})`;
}
