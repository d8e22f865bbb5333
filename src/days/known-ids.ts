import type { Duck } from '../duck/duck.ts';
import { parquet, toUnsigned } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { receiptOf } from '../journal/keys.ts';
import { listDays, startCursor, tailDay } from '../journal/read.ts';
import { fileName, monthOf, readMonth } from '../ledger/manifest.ts';
import { type IdSet, openIdSet } from '../lib/id-set.ts';
import { type Day, nextDay } from '../lib/site-days.ts';

export type IdSource = {
  readonly home: Pick<Home, 'rows' | 'files' | 'shards'>;
  readonly duck: Duck;
};

/** The ids of all hits that a site-day has, in the journal and in the ledger. */
export async function knownIds({ home, duck }: IdSource, siteId: string, day: Day): Promise<IdSet> {
  const ids = openIdSet();
  const listed = await listDays(home, siteId, { from: day, to: nextDay(day) });
  if (listed.length > 0) {
    for await (const { rows } of tailDay(home, siteId, day, { cursor: startCursor })) {
      for (const row of rows) ids.add(receiptOf(row).id);
    }
  }
  // The ledger last: what is closed meanwhile is found there.
  const { content } = await readMonth(home, siteId, monthOf(day));
  const closed = content.days[day];
  const set = closed && (closed.own ?? content.merged);
  if (set?.files.hits === undefined) return ids;
  const name = fileName(
    siteId,
    closed?.own === undefined ? monthOf(day) : day,
    set.version,
    'hits',
  );
  const file = await home.files.open(name);
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
  return ids;
}
