import type { Cell, Column } from '../duck/one-statement.ts';
import { plainText } from '../lib/plain-text.ts';
import { inertText } from '../lib/spreadsheet-text.ts';

/** In what a result is written; a table is for people alone. */
export const sqlFormats = ['json', 'csv', 'parquet'] as const;

export type SqlFormat = (typeof sqlFormats)[number];

export type Rows = AsyncIterable<readonly (readonly Cell[])[]>;

/** What stands at the end of a result as JSON, beside how many rows it has. */
export type About = Readonly<Record<string, unknown>>;

/** `{"columns": [{name, type}], "rows": [[…]], "row_count": n, …about}`, a row a line. */
export async function* asJson(
  columns: readonly Column[],
  pages: Rows,
  about: About,
): AsyncGenerator<string> {
  yield `{"columns": ${JSON.stringify(columns)},\n"rows": [`;
  let rows = 0;
  for await (const page of pages) {
    const lines = page.map((row) => JSON.stringify(row.map(jsonOf)));
    if (lines.length > 0) yield `${rows === 0 ? '\n' : ',\n'}${plainText(lines.join(',\n'))}`;
    rows += page.length;
  }
  yield `],\n${JSON.stringify({ row_count: rows, ...about }).slice(1)}\n`;
}

/** What JSON has a type for, as it is; what no reader of JSON could have exactly, as a text. */
function jsonOf(cell: Cell): unknown {
  if (typeof cell === 'bigint') {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : String(cell);
  }
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  if (Array.isArray(cell)) return cell.map(jsonOf);
  if (typeof cell === 'object' && cell !== null)
    return Object.fromEntries(Object.entries(cell).map(([name, of]) => [name, jsonOf(of)]));
  return cell;
}

/**
 * With a header. An empty cell is NULL, `""` an empty text; lists and maps are JSON. Texts that a
 * spreadsheet would run have an apostrophe before them.
 */
export async function* asCsv(columns: readonly Column[], pages: Rows): AsyncGenerator<string> {
  const isText = columns.map(({ type }) => type === 'VARCHAR' || type === 'JSON');
  yield `${columns.map(({ name }) => inField(inertText(name))).join(',')}\n`;
  for await (const page of pages) {
    const lines = page.map((row) =>
      row.map((cell, i) => cellText(cell, isText[i] === true)).join(','),
    );
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
}

function cellText(cell: Cell, isText: boolean): string {
  if (cell === null) return '';
  if (cell === '') return '""';
  return inField(typeof cell === 'string' && isText ? inertText(cell) : textOf(cell));
}

const inField = (text: string) =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const textOf = (cell: Cell): string =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(jsonOf(cell)) : String(cell);

/** What is longer is cut in a table. */
const widestCell = 60;

/** Lines of columns for a terminal; numbers stand at the right. */
export function asTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => shown(cell === null ? '' : textOf(cell))));
  const head = columns.map(({ name }) => shown(name));
  const widths = head.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => row[i]!.length), 1),
  );
  const isNumber = columns.map((_, i) => rows.some((row) => isNumeric(row[i]!)));
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)];
}

const isNumeric = (cell: Cell) => typeof cell === 'number' || typeof cell === 'bigint';

/** In one line, whatever is in it. */
function shown(text: string): string {
  const line = plainText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return line.length <= widestCell ? line : `${line.slice(0, widestCell - 1)}…`;
}
