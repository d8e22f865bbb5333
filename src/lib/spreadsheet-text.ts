/**
 * How a text begins that a spreadsheet takes for a formula: by `= + - @`, as they are or as wide
 * as letters of East Asia, also behind white space and marks that are not seen, which some programs
 * take off; or by a tab or a line break. Apostrophes before it count too. Read by JavaScript (`u`)
 * and by DuckDB alike.
 */
export const formulaStart =
  "^'*(?:[\\t\\r\\n]|[\\s\\p{Z}\\p{Cc}\\p{Cf}]*[=+\\-@\uff1d\uff0b\uff0d\uff20])";

const formula = new RegExp(formulaStart, 'u');

/**
 * A text that a spreadsheet shows and does not compute: with an apostrophe before it where it would
 * be a formula. A text of apostrophes and then a formula gets one more: taking one apostrophe off
 * always gives the text.
 */
export const inertText = (text: string): string => (formula.test(text) ? `'${text}` : text);
