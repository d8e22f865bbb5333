import { parquetOptions, quoted, toUnsigned } from '../duck/parquet.ts';
import { formulaStart } from '../lib/spreadsheet-text.ts';
import { textColumns, textFields } from '../model/fields.ts';

/**
 * `parquet` as in the ledger; `ndjson` and `csv` have the same columns as text. Parquet and ndjson
 * can be imported again.
 */
export const formats = ['parquet', 'ndjson', 'csv'] as const;

export type Format = (typeof formats)[number];

const hex = (column: string) => `format('{:016x}', ${toUnsigned(column)}) AS ${column}`;

/**
 * Hits of the ledger's columns with ids as 16 hex digits and times in ISO 8601, as the API shows
 * them: no reader of JSON rounds them.
 */
export const asText = (from: string) => `SELECT day::VARCHAR AS day, visit,
  strftime("time", '%Y-%m-%dT%H:%M:%S.%gZ') AS "time", ${hex('id')}, ${hex('visitor')},
  name, hostname, page, interactive, scroll_depth, engaged_ms, ${textColumns.join(', ')},
  props, currency, amount, sent, delay_ms, utc_offset FROM ${from}`;

/** Hits of an export's Parquet files, where those of an earlier schema lack what came since. */
export function hitsOfSchema(from: string, schema: number): string {
  const newer = textFields.filter(({ since }) => since > schema);
  const empty = newer.map(({ column }) => `, NULL::VARCHAR AS ${column}`);
  return newer.length === 0 ? from : `(SELECT *${empty.join('')} FROM ${from})`;
}

/** The same in SQL as `inertText`. */
const inert = (column: string) =>
  `CASE WHEN regexp_matches(${column}, ${quoted(formulaStart)})
    THEN '''' || ${column} ELSE ${column} END AS ${column}`;

const cells = ['name', 'hostname', 'page', ...textColumns, 'currency', 'sent'];

const asCells = (from: string) => `SELECT * REPLACE (
  ${cells.map(inert).join(', ')}, to_json(props)::VARCHAR AS props)
  FROM (${asText(from)})`;

/** Where hits are written to, and how. `header`: a CSV begins with the names of its columns. */
export type Target = { readonly path: string; readonly format: Format; readonly header: boolean };

/** The statement that writes hits; `from` reads them with the ledger's columns. */
export function copySql(from: string, { path, format, header }: Target): string {
  const [select, options] = {
    parquet: [`SELECT * FROM ${from}`, parquetOptions],
    ndjson: [asText(from), 'FORMAT json, ARRAY false'],
    csv: [asCells(from), `FORMAT csv, HEADER ${header}`],
  }[format];
  return `/* export.${format} */ COPY (${select}) TO ${quoted(path)} (${options})`;
}
