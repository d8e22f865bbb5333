import type { Duck } from '../duck/duck.ts';
import { parquet, toUnsigned } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { receiptOf } from '../journal/keys.ts';
import { startCursor, tailDay } from '../journal/read.ts';
import { fileOfDay, type NamedFile } from '../ledger/manifest.ts';
import { openMonths } from '../ledger/months.ts';
import { type IdSet, openIdSet } from '../lib/id-set.ts';
import type { Day } from '../lib/site-days.ts';
import { areUnchanged } from './held-days.ts';
import { absentOr, atOneMoment, changed, type Reading } from './one-moment.ts';

export type IdSource = {
  readonly home: Pick<Home, 'rows' | 'files' | 'shards'>;
  readonly duck: Duck;
};

/** The ids of all hits that a site-day has, in the journal and in the ledger. */
export function knownIds(source: IdSource, siteId: string, day: Day): Promise<IdSet> {
  const months = openMonths(source.home);
  const { home } = source;
  return atOneMoment({ home, months }, siteId, { from: day, to: day }, async (listed) => {
    const ids = openIdSet();
    if (listed.own.has(day) || listed.late.has(day)) {
      for await (const { rows } of tailDay(home, siteId, day, { cursor: startCursor })) {
        for (const row of rows) ids.add(receiptOf(row).id);
      }
    }
    if (!(await areUnchanged(months, siteId, listed, [day]))) return changed;
    const here = listed.closed.get(day);
    const file = here && fileOfDay(siteId, here.month, day, 'hits');
    return file === undefined ? { result: ids } : addClosed(source, day, file, ids);
  });
}

async function addClosed(
  { home, duck }: IdSource,
  day: Day,
  { name }: NamedFile,
  ids: IdSet,
): Promise<Reading<IdSet>> {
  const file = await home.files.open(name).catch(absentOr);
  if ('changed' in file) return file;
  try {
    const text = `/* import.known */ SELECT format('{:016x}', ${toUnsigned('id')})
      FROM ${parquet([file.path])} WHERE day = $1::DATE`;
    await duck.read(async (session) => {
      for await (const rows of session.pages(text, [day]))
        for (const [id] of rows) ids.add(String(id));
    });
  } finally {
    file.release();
  }
  return { result: ids };
}
