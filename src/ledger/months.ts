import { type Home, scanAll } from '../home/home.ts';
import { type MonthRow, monthPartition, parseMonth } from './manifest.ts';

/**
 * Reads manifests, and parses the text of each only once: a month of days takes longer to parse
 * than to read.
 */
export type Months = {
  /**
   * The months of a site that have closed days, ascending; both ends inclusive, either may be open.
   */
  read(siteId: string, first?: string, last?: string): Promise<MonthRow[]>;
};

/** Some 30 kB each where no month is merged. */
const maxKnown = 500;

export function openMonths(home: Pick<Home, 'rows'>): Months {
  const known = new Map<string, MonthRow>();

  function parsed(siteId: string, month: string, text: string): MonthRow {
    const key = `${siteId}/${month}`;
    const before = known.get(key);
    const row = before?.text === text ? before : { month, text, content: parseMonth(month, text) };
    known.delete(key); // the last one used stands last
    known.set(key, row);
    if (known.size > maxKnown) known.delete(known.keys().next().value!);
    return row;
  }

  return {
    async read(siteId, first, last) {
      const range = {
        ...(first !== undefined && { from: first }),
        ...(last !== undefined && { to: `${last}~` }),
      };
      const months: MonthRow[] = [];
      for await (const { sort, value } of scanAll(home.rows, monthPartition(siteId), range))
        months.push(parsed(siteId, sort, value));
      return months;
    },
  };
}
