import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MetricName, Row } from '../api/types.ts';
import { saveFile } from '../model/csv.ts';
import { dimensionOf, showValue } from '../model/dimensions.ts';
import { excludeValue, isChosen, toggleValue } from '../model/filters.ts';
import { labelOf, showInFull, valueIn, withDenominator } from '../model/metrics.ts';
import { listColumns, rowsQuery } from '../model/queries.ts';
import { tableCsv } from '../model/table-csv.ts';
import type { Tab } from '../panels/panel.ts';
import { tabNamed, valuesTab } from '../panels/panels.ts';
import { Picture } from '../pictures/picture.tsx';
import { closeOverlay, go, moment, view } from '../state/app-state.ts';
import { Dialog } from './dialog.tsx';
import { SideScroll } from './side-scroll.tsx';

const pageRows = 100;
/** What one answer may have at the most. */
const mostRows = 10_000;
const typingMs = 200;

type Sorting = { readonly by: MetricName; readonly isFalling: boolean };

type Found = { readonly rows: readonly Row[]; readonly more: boolean; readonly error?: string };

/** Every row of a tab, with more columns, sorted and searched on the server. */
export function ListDialog({ tabKey }: { tabKey: string }) {
  const tab = tabNamed(tabKey);
  return tab === undefined ? null : <TabList key={tabKey} tab={tab} />;
}

function TabList({ tab }: { tab: Tab }) {
  const { dimension } = tab;
  const columns = listColumns(view.value, tab);
  const [search, setSearch] = useState('');
  const [pages, setPages] = useState(1);
  const [sorting, setSorting] = useState<Sorting>({ by: columns[0]!, isFalling: true });
  // Countries are stored as codes, and no filter is by sites or names of properties. There are few,
  // so they are searched here, by their names.
  const searchedHere = ['country', 'language', 'property', 'site'].includes(dimension);
  const limit = searchedHere ? 1_000 : pages * pageRows;
  const found = useRows(tab, columns, sorting, searchedHere ? '' : search, limit);
  const wanted = search.toLowerCase();
  const rows = (found?.rows ?? []).filter(
    ({ dimensions: [value = ''] }) =>
      !searchedHere || showValue(dimension, value).toLowerCase().includes(wanted),
  );
  return (
    <Dialog title={`All ${tab.plural}`} class="wide" onClose={closeOverlay}>
      <div class="list-tools">
        <input
          class="input"
          type="search"
          data-first
          aria-label={`Search ${tab.plural}`}
          placeholder="Search"
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value.slice(0, 500));
            setPages(1);
          }}
        />
        <button
          type="button"
          class="button"
          onClick={() => void download(tab, columns, sorting, searchedHere ? '' : search)}
        >
          Save as CSV
        </button>
      </div>
      <SideScroll class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{dimensionOf(dimension).label}</th>
              {columns.map((name) => (
                <Head key={name} name={name} sorting={sorting} onSort={setSorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ListRow key={row.dimensions[0]} row={row} tab={tab} columns={columns} />
            ))}
          </tbody>
        </table>
      </SideScroll>
      <p class="soft" role="status">
        {found?.error ?? (found !== undefined && rows.length === 0 ? 'Nothing found.' : '')}
      </p>
      {found?.more && (
        <button type="button" class="button" onClick={() => setPages(pages + 1)}>
          Show more
        </button>
      )}
    </Dialog>
  );
}

type HeadProps = {
  readonly name: MetricName;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
};

function Head({ name, sorting: { by, isFalling }, onSort }: HeadProps) {
  const direction = isFalling ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={by === name ? direction : 'none'}>
      <button
        type="button"
        class="plain"
        onClick={() => onSort({ by: name, isFalling: by === name ? !isFalling : true })}
      >
        {labelOf(name, view.value.filters)}
        <span aria-hidden="true">{by === name ? (isFalling ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

type RowProps = {
  readonly row: Row;
  readonly tab: Tab;
  readonly columns: readonly MetricName[];
};

function ListRow({ row, tab: { dimension, opens }, columns }: RowProps) {
  const { filters } = view.value;
  const [value = ''] = row.dimensions;
  const asked = withDenominator(columns);
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="plain cut"
          title={showValue(dimension, value)}
          aria-pressed={isChosen(filters, dimension, value)}
          onClick={(event) => {
            if (opens === 'site') return go({ open: undefined, site: value });
            if (opens === 'values') return go({ open: { name: 'list', tab: valuesTab(value) } });
            const change = event.altKey || event.shiftKey ? excludeValue : toggleValue;
            go({ open: undefined, filters: change(filters, dimension, value) });
          }}
        >
          <Picture dimension={dimension} value={value} />
          {showValue(dimension, value)}
        </button>
      </th>
      {columns.map((name) => (
        <td key={name}>{showInFull(name, valueIn(row.metrics, asked, name))}</td>
      ))}
    </tr>
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
          (all) => setFound({ rows: all.slice(0, limit), more: all.length > limit }),
          (error: Error) => {
            if (!stop.signal.aborted) setFound({ rows: [], more: false, error: error.message });
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
  const query = rowsQuery(view.peek(), moment.peek(), tab, {
    ...{ columns: withDenominator(columns), order: by, isFalling, search, offset: 0 },
    limit: Math.min(limit, mostRows),
  });
  const [result] = await api.batch(view.peek().site ?? '', [query], signal);
  if (result === undefined || 'error' in result) throw new Error(result?.error ?? 'No answer.');
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
  saveFile(`${view.peek().site} ${tab.plural}.csv`, 'text/csv', tableCsv(tab, columns, rows));
}
