import type { View } from './address.ts';
import { queryFilters } from './filters.ts';
import { dateRangeOf, type Moment, periodOf } from './ranges.ts';

export type RowsFormat = 'ndjson' | 'csv' | 'parquet';

/** What asks for the rows that a view counts: its range and its filters. */
export function rowsQueryOf(view: View, moment: Moment): URLSearchParams {
  const params = new URLSearchParams();
  const range = dateRangeOf(periodOf(view.range, moment));
  if (typeof range === 'object') {
    params.set('from', range[0]);
    params.set('to', range[1]);
  }
  const filters = queryFilters(view.filters);
  if (filters.length > 0) params.set('filters', JSON.stringify(filters));
  return params;
}

/** Where the browser downloads them. */
export function rowsAddress(view: View, moment: Moment, format: RowsFormat): string {
  const params = rowsQueryOf(view, moment);
  params.set('site', view.site ?? '');
  params.set('format', format);
  return `/api/hits?${params}`;
}
