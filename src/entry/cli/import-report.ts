import type { ClassicImport, NoRow } from '../../collect/classic/import-classic.ts';
import type { LogImport } from '../../collect/log/import-log.ts';
import type { NoHit } from '../../collect/log/judge-line.ts';

const shownChars = 100;

/** Why lines and rows are left out, in the order in which they are shown. */
const meanings: Readonly<Record<Exclude<NoHit | NoRow, 'broken'>, string>> = {
  method: 'not GET',
  status: 'answered with neither 2xx nor 304',
  asset: 'a file, not a page',
  bot: 'a robot',
  future: 'dated in the future',
  'too-old': 'of a day that is no longer kept',
  erased: 'erased before',
  'excluded-ip': 'an excluded address',
  'excluded-page': 'an excluded page',
  hostname: 'of a host whose hits the site does not take',
  'excluded-country': 'from an excluded country',
  'excluded-network': 'from an excluded network',
  'spam-referrer': 'a spam referrer',
  'other-host': 'of another virtual host; --all-hosts takes them',
  known: 'there already',
};

/**
 * The table of an import: lines taken, and left out by reason; the first broken lines by number.
 */
export function reportLines(result: LogImport, names: readonly string[]): string[] {
  const { lines, taken, notTaken, broken, days } = result;
  const taking = days.length === 0 ? '' : `pageviews of ${spanOf(days)}`;
  const broke = 'in neither common nor combined format';
  const table = tableOf(
    [
      ['lines', lines, ''],
      ['taken', taken, taking],
    ],
    notTaken,
    broke,
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

/** The same of a classic table: rows, and what was expected of the first broken ones. */
export function reportRows(result: ClassicImport): string[] {
  const { rows, taken, notTaken, broken, resumed, days } = result;
  const from = resumed ? 'from where the last import ended' : '';
  const taking =
    days.length === 0 ? '' : `pageviews of ${days.length} days, ${days[0]} to ${days.at(-1)}`;
  const table = tableOf(
    [
      ['rows', rows, from],
      ['taken', taken, taking],
    ],
    notTaken,
    'no hit',
  );
  // Rows may hold anything: nothing of them may reach a terminal as more than plain text.
  for (const expected of broken)
    table.push(`a row: expected ${expected.replace(/[^ -~]/g, '?').slice(0, 200)}`);
  return table;
}

type Counted = readonly [name: string, count: number, meaning: string];

/** A line for each count; of those that were left out, for each that is not 0. */
function tableOf(
  first: readonly Counted[],
  notTaken: Readonly<Partial<Record<NoHit | NoRow, number>>>,
  broken: string,
): string[] {
  const leftOut = Object.entries({ broken, ...meanings }).map(
    ([reason, meaning]): Counted => [reason, notTaken[reason as NoHit] ?? 0, meaning],
  );
  const shown = [...first, ...leftOut.filter(([, count]) => count > 0)];
  const width = Math.max(...shown.map(([, count]) => String(count).length));
  return shown.map(([name, count, meaning]) =>
    `${name.padEnd(14)} ${String(count).padStart(width)}  ${meaning}`.trimEnd(),
  );
}

function spanOf(days: LogImport['days']): string {
  return days.length === 1
    ? days[0]!
    : `${days.length} days, ${days[0]} to ${days[days.length - 1]}`;
}
