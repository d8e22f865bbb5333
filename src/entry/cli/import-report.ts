import type { LogImport } from '../../collect/log/import-log.ts';
import type { NoHit } from '../../collect/log/judge-line.ts';

const shownChars = 100;

/** What became of every line, in the order in which it was asked. */
const meanings: Readonly<Record<NoHit, string>> = {
  broken: 'in neither common nor combined format',
  method: 'not GET',
  status: 'answered with neither 2xx nor 304',
  asset: 'a file, not a page',
  bot: 'a robot',
  future: 'dated in the future',
  'too-old': 'of a day that is no longer kept',
  erased: 'erased before',
  'excluded-ip': 'an excluded address',
  'excluded-page': 'an excluded page',
  'spam-referrer': 'a spam referrer',
  'other-host': 'of another virtual host; --all-hosts takes them',
  known: 'there already',
};

/**
 * The table of an import: lines taken, and left out by reason; the first broken lines by number.
 */
export function reportLines(result: LogImport, names: readonly string[]): string[] {
  const { lines, taken, notTaken, broken, days } = result;
  const rows: [string, number, string][] = [
    ['lines', lines, ''],
    ['taken', taken, days.length === 0 ? '' : `pageviews of ${spanOf(days)}`],
  ];
  for (const [reason, meaning] of Object.entries(meanings)) {
    const count = notTaken[reason as NoHit];
    if (count > 0) rows.push([reason, count, meaning]);
  }
  const width = Math.max(...rows.map(([, count]) => String(count).length));
  const table = rows.map(([name, count, meaning]) =>
    `${name.padEnd(14)} ${String(count).padStart(width)}  ${meaning}`.trimEnd(),
  );
  for (const { source, number, text } of broken) {
    // A log may hold anything: nothing of it may reach a terminal as more than plain text.
    // Addresses stay out of it.
    const said = text.replace(/^[\da-fA-F.:]+(?= )/, '-');
    const shown = JSON.stringify(said.slice(0, shownChars)).replace(/[^ -~]/g, '?');
    table.push(`${names[source]}, line ${number}: ${shown}${said.length > shownChars ? '…' : ''}`);
  }
  if (notTaken.broken > broken.length)
    table.push(`and ${notTaken.broken - broken.length} more such lines`);
  return table;
}

function spanOf(days: LogImport['days']): string {
  return days.length === 1
    ? days[0]!
    : `${days.length} days, ${days[0]} to ${days[days.length - 1]}`;
}
