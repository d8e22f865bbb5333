import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { orAbsent } from '../../home/disk.ts';
import type { Home, Row } from '../../home/home.ts';
import { type LostRange, salvageRows } from '../../home/machine/lmdb/salvage.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isProcessAlive } from '../process-lease.ts';

/** What was copied of the rows, and what is known of the others. */
export type RescuedRows = {
  readonly count: number;
  /** Those that say what there is; all others are hits, counters and the like. */
  readonly kept: readonly Row[];
  /** Days with hits of their own, as `<site>/<day>`. */
  readonly hitDays: ReadonlySet<string>;
  readonly lost: readonly LostRange[];
  readonly notes: readonly string[];
  /** Whether this row may have been there and cannot be read. */
  isLost(partition: string, sort: string): boolean;
};

const rowsAtOnce = 1_000;

const everything = (problem: string): LostRange => ({ from: undefined, to: undefined, problem });

/** What of a site and of the ledger is said by rows: few, and read by several steps. */
const keptKinds = ['sites', 'domains', 'month', 'days', 'owner'];

/** Copies every row that can be read from the damaged file to another home. */
export async function copyRows(path: string, to: Pick<Home, 'rows'>): Promise<RescuedRows> {
  const gone = await whyGone(path);
  if (gone !== undefined) return rescued({ lost: [everything(gone)], notes: [] });
  const salvage = salvageRows(path);
  const kept: Row[] = [];
  const hitDays = new Set<string>();
  let count = 0;
  let batch: Row[] = [];
  try {
    for (const { key, text } of salvage.rows) {
      const [partition = '', sort = ''] = key.toString('utf8').split('\0');
      if (partition === 'server') {
        expectEnded(sort, text);
        continue;
      }
      const [kind = '', site, day] = partition.split('/');
      if (kind === 'pack') continue; // made again from the rows, files and all
      const row = { partition, sort, value: text };
      if (keptKinds.includes(kind)) kept.push(row);
      if (kind === 'hit') hitDays.add(`${site}/${day}`);
      batch.push(row);
      count++;
      if (batch.length < rowsAtOnce) continue;
      await to.rows.append(batch);
      batch = [];
    }
    await to.rows.append(batch);
  } finally {
    salvage.close();
  }
  const nothing = count === 0 && salvage.lost.length === 0;
  return rescued({
    count,
    kept,
    hitDays,
    notes: salvage.notes,
    lost: nothing ? [everything(`${path} has no page of rows`)] : salvage.lost,
  });
}

function rescued(found: Pick<RescuedRows, 'lost' | 'notes'> & Partial<RescuedRows>): RescuedRows {
  return {
    ...{ count: 0, kept: [], hitDays: new Set<string>() },
    ...found,
    isLost(partition, sort) {
      const key = Buffer.from(`${partition}\0${sort}`);
      return found.lost.some(
        ({ from, to }) =>
          (from === undefined || Buffer.compare(from, key) <= 0) &&
          (to === undefined || Buffer.compare(key, to) < 0 || to.equals(key)),
      );
    },
  };
}

/** Undefined where it can be read. */
async function whyGone(path: string): Promise<string | undefined> {
  const found = await orAbsent(stat(path), undefined);
  if (found === undefined) return `${path} is missing`;
  if (!found.isFile()) return `${path} is no file`;
  return found.size === 0 ? `${path} is empty` : undefined;
}

/** A server that runs is at its rows: what is read beside it is not of one moment. */
function expectEnded(sort: string, text: string): void {
  const { pid, host } = JSON.parse(text) as { pid: number; host: string };
  if (sort !== 'lease' || host !== hostname() || pid === process.pid || !isProcessAlive(pid))
    return;
  throw new DaybookError(
    'conflict',
    `a server has this folder open (process ${pid}); end it first`,
  );
}

/** A lost range, for a reader. */
export function rangeText({ from, to, problem }: LostRange): string {
  const text = (key: Buffer | undefined, open: string) =>
    key === undefined ? open : key.toString('utf8').replace('\0', ' ');
  if (from !== undefined && to !== undefined && from.equals(to))
    return `${text(from, '')}: ${problem}`;
  return `from ${text(from, 'the first')} to ${text(to, 'the last')}: ${problem}`;
}
