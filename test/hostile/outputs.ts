/** Readers that share no code with what they read. */

/** Cells of CSV, as RFC 4180 has them. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let inQuotes = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (inQuotes) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else inQuotes = false;
    } else if (char === '"' && cell === '') inQuotes = true;
    else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')]);
      row = [];
      cell = '';
    } else cell += char;
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]];
}

/**
 * What a spreadsheet may compute: OWASP's list (`= + - @`, tab, line breaks, and their full-width
 * forms), also behind what some programs take off: white space, and marks that are not seen.
 */
export const isFormula = (cell: string) =>
  /^[\s\p{Cf}\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u.test(cell) || /^[\t\r\n]/.test(cell);

/** What a terminal takes for more than a letter: controls, and what changes the direction. */
export const isTerminal = (text: string) =>
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u.test(
    text,
  );
