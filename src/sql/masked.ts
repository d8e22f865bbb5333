/** What could be of a visitor or a page: texts, long numbers, comments. */
const said = /\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\b\d[\d_]{4,}\b/g;

/** A statement as the audit log keeps it: in one line, without what it looks for. */
export const masked = (sql: string): string =>
  sql
    .replace(said, (part) => (/^(--|\/\*)/.test(part) ? ' ' : /^\d/.test(part) ? '…' : "'…'"))
    .replace(/\s+/g, ' ')
    .trim();
