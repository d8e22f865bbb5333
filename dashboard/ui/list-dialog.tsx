import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MetricName, Row } from '../api/types.ts';
import { saveFile } from '../model/csv.ts';
import { showValue } from '../model/dimensions.ts';
import { fileName } from '../model/file-names.ts';
import { withDenominator } from '../model/metrics.ts';
import { showCount } from '../model/numbers.ts';
import { besideBefore, listColumns, rowsQuery } from '../model/queries.ts';
import { tableCsv } from '../model/table-csv.ts';
import type { Tab } from '../panels/panel.ts';
import { tabNamed } from '../panels/panels.ts';
import { closeOverlay, moment, plan, view } from '../state/app-state.ts';
import { listTexts, shellTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { ListTable, type Sorting } from './list-table.tsx';

/** Asked for at first, and where that is not enough, each time four times as many. */
const firstRows = 100;
/** What one answer may have at the most. */
const mostRows = 10_000;
const next = (limit: number) => Math.min(mostRows, 4 * limit);
/** One more is asked for than is shown, up to the most that can be. */
const hasMore = (rows: readonly Row[], limit: number) =>
  rows.length > limit || (limit === mostRows && rows.length === limit);
const typingMs = 200;

type Found = {
  readonly rows: readonly Row[];
  /** There are others. */
  readonly more: boolean;
  /** What was asked for. */
  readonly limit: number;
  readonly error?: string;
};

/** Every row of a tab, with more columns, sorted and searched on the server. */
export function ListDialog({ tabKey }: { tabKey: string }) {
  const tab = tabNamed(tabKey);
  return tab === undefined ? null : <TabList key={tabKey} tab={tab} />;
}

function TabList({ tab }: { tab: Tab }) {
  const { dimension } = tab;
  const columns = listColumns(view.value, tab);
  const [search, setSearch] = useState('');
  const [wanted, setLimit] = useState(firstRows);
  const [sorting, setSorting] = useState<Sorting>({ by: columns[0]!, isFalling: true });
  // Countries are stored as codes, and no filter is by sites or names of properties. There are few,
  // so they are searched here, by their names.
  const searchedHere = ['country', 'language', 'property', 'site'].includes(dimension);
  const limit = searchedHere ? 1_000 : wanted;
  const found = useRows(tab, columns, sorting, searchedHere ? '' : search, limit);
  const typed = search.toLowerCase();
  const rows = (found?.rows ?? []).filter(
    ({ dimensions: [value = ''] }) =>
      !searchedHere || showValue(dimension, value).toLowerCase().includes(typed),
  );
  return (
    <Dialog title={listTexts.all(tab.plural)} class="wide" onClose={closeOverlay}>
      <div class="list-tools">
        <input
          class="input"
          type="search"
          data-first
          aria-label={listTexts.searchOf(tab.plural)}
          placeholder={listTexts.search}
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value.slice(0, 500));
            setLimit(firstRows);
          }}
        />
        <button
          type="button"
          class="button"
          onClick={() => void download(tab, columns, sorting, searchedHere ? '' : search)}
        >
          {listTexts.save}
        </button>
      </div>
      <ListTable
        {...{ tab, columns, rows, sorting }}
        onSort={setSorting}
        onEnd={() => found?.more && found.limit === limit && setLimit(next(limit))}
      />
      <p class="soft" role="status">
        {found?.error ?? (found !== undefined && rows.length === 0 ? listTexts.nothing : '')}
        {found?.more && found.limit === mostRows && listTexts.first(showCount(mostRows))}
      </p>
    </Dialog>
  );
}

/** The rows as they are now; those of before stay until others come. */
function useRows(
  tab: Tab,
  columns: readonly MetricName[],
  sorting: Sorting,
  search: string,
  limit: number,
): Found | undefined {
  const [found, setFound] = useState<Found | undefined>();
  const { site, filters, range } = view.value;
  useEffect(() => {
    const stop = new AbortController();
    const wait = setTimeout(
      () =>
        void readRows(tab, columns, sorting, search, limit + 1, stop.signal).then(
          (all) => setFound({ rows: all.slice(0, limit), more: hasMore(all, limit), limit }),
          (error: Error) => {
            if (!stop.signal.aborted)
              setFound({ rows: [], more: false, limit, error: error.message });
          },
        ),
      search === '' ? 0 : typingMs,
    );
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [search, limit, site, filters, range, sorting]);
  return found;
}

async function readRows(
  tab: Tab,
  columns: readonly MetricName[],
  { by, isFalling }: Sorting,
  search: string,
  limit: number,
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  const rows = rowsQuery(view.peek(), moment.peek(), tab, {
    ...{ columns: withDenominator(columns), order: by, isFalling, search, offset: 0 },
    limit: Math.min(limit, mostRows),
  });
  const query = { ...rows, ...besideBefore(plan.peek(), moment.peek()) };
  const [result] = await api.batch(view.peek().site ?? '', [query], signal);
  if (result === undefined || 'error' in result)
    throw new Error(result?.error ?? shellTexts.noAnswer);
  return result.results;
}

/** The whole list as it is sorted and searched, with plain numbers. */
async function download(
  tab: Tab,
  columns: readonly MetricName[],
  sorting: Sorting,
  search: string,
): Promise<void> {
  const rows = await readRows(tab, columns, sorting, search, mostRows);
  const compared = plan.peek().before && sorting.by;
  const name = fileName(view.peek(), moment.peek(), tab.plural, 'csv');
  saveFile(name, 'text/csv', tableCsv(tab, columns, rows, compared));
}
