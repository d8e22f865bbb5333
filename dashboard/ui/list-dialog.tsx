import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Row } from '../api/types.ts';
import { type Dimension, dimensions, showValue } from '../model/dimensions.ts';
import { isChosen, toggleValue } from '../model/filters.ts';
import { metrics, type ShownMetric, valueIn } from '../model/metrics.ts';
import { showPercent } from '../model/numbers.ts';
import { listColumns, listQuery } from '../model/queries.ts';
import { tabOf } from '../panels/panels.ts';
import { closeOverlay, go, moment, view } from '../state/app-state.ts';
import { Dialog } from './dialog.tsx';
import { SideScroll } from './side-scroll.tsx';

const pageRows = 100;
const typingMs = 200;

/** Every row of a tab, with more columns and a search. */
export function ListDialog({ dimension }: { dimension: Dimension }) {
  const tab = tabOf(dimension);
  const [search, setSearch] = useState('');
  const [pages, setPages] = useState(1);
  const [found, setFound] = useState<
    { rows: readonly Row[]; more: boolean; error?: string } | undefined
  >();
  const { site, filters, range } = view.value;
  // Countries are stored as codes. There are few, so they are searched here, by their names.
  const searchedHere = dimension === 'country';

  useEffect(() => {
    if (tab === undefined) return;
    const stop = new AbortController();
    const limit = searchedHere ? 1_000 : pages * pageRows;
    const asked = { limit: limit + 1, offset: 0, whole: true, search: searchedHere ? '' : search };
    const wait = setTimeout(
      () => {
        api
          .batch(site ?? '', [listQuery(view.peek(), moment.peek(), tab, asked)], stop.signal)
          .then(
            ([result]) => {
              if (result === undefined || 'error' in result)
                setFound({ rows: [], more: false, error: result?.error ?? '' });
              else
                setFound({
                  rows: result.results.slice(0, limit),
                  more: result.results.length > limit,
                });
            },
            (error: unknown) => {
              if (!stop.signal.aborted)
                setFound({ rows: [], more: false, error: String((error as Error).message) });
            },
          );
      },
      search === '' ? 0 : typingMs,
    );
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [search, pages, site, filters, range]);

  if (tab === undefined) return null;
  const wanted = search.toLowerCase();
  const rows = (found?.rows ?? []).filter(
    (row) =>
      !searchedHere ||
      showValue(dimension, row.dimensions[0] ?? '')
        .toLowerCase()
        .includes(wanted),
  );
  const columns = [...tab.metrics, ...tab.more];
  return (
    <Dialog title={`All ${tab.plural}`} class="wide" onClose={closeOverlay}>
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
      <SideScroll class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{dimensions[dimension].label}</th>
              {columns.map((name) => (
                <th scope="col" key={name}>
                  {name === 'percentage'
                    ? 'Share'
                    : metrics.find((metric) => metric.name === name)?.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ dimensions: [value = ''], metrics: numbers }) => (
              <tr key={value}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain cut"
                    title={showValue(dimension, value)}
                    aria-pressed={isChosen(filters, dimension, value)}
                    onClick={() =>
                      go({ open: undefined, filters: toggleValue(filters, dimension, value) })
                    }
                  >
                    {showValue(dimension, value)}
                  </button>
                </th>
                {columns.map((name, i) => (
                  <td key={name}>
                    {name === 'percentage'
                      ? showPercent(numbers[i] ?? 0)
                      : showCell(name, valueIn(numbers, listColumns(tab), name))}
                  </td>
                ))}
              </tr>
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

function showCell(name: ShownMetric, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return metrics.find((metric) => metric.name === name)?.show(value) ?? String(value);
}
