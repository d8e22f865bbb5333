import { strToU8, zipSync } from 'fflate';
import { api } from '../api/client.ts';
import type { BatchResult, Query } from '../api/types.ts';
import type { View } from '../model/address.ts';
import { csvOf } from '../model/csv.ts';
import { ofCities } from '../model/dimensions.ts';
import { withDenominator } from '../model/metrics.ts';
import { listColumns, type Plan, rowsQuery } from '../model/queries.ts';
import type { Moment } from '../model/ranges.ts';
import { seriesOf } from '../model/series.ts';
import { tableCsv } from '../model/table-csv.ts';
import { panelsOf } from '../panels/panels.ts';
import { downloadTexts, fileTexts } from '../texts/texts.ts';

/** Of each table; a longer one ends there. */
export const mostTableRows = 10_000;

type Given = {
  readonly view: View;
  readonly moment: Moment;
  readonly plan: Plan;
  readonly hasCities: boolean;
  /** Told after each table. */
  onProgress(done: number, all: number): void;
  readonly signal: AbortSignal;
};

/**
 * The whole table of every panel that is drawn as CSV, and the chart's numbers over time, in one
 * ZIP file: made here, from the API's answers.
 */
export async function viewZip(given: Given): Promise<Uint8Array<ArrayBuffer>> {
  const { view, plan, onProgress, signal } = given;
  const site = view.site ?? '';
  const series = plan.queries['series'];
  const tables = [...(series === undefined ? [] : [overTime(plan, series)]), ...tabTables(given)];
  const files: Record<string, Uint8Array> = {};
  for (const [i, { name, query, csv }] of tables.entries()) {
    const [result] = await api.batch(site, [query], signal);
    if (result === undefined || 'error' in result)
      throw new Error(downloadTexts.failed(name, result?.error));
    files[`${name}.csv`] = strToU8(csv(result));
    onProgress(i + 1, tables.length);
  }
  return zipSync(files) as Uint8Array<ArrayBuffer>;
}

type Table = {
  readonly name: string;
  readonly query: Query;
  csv(answer: Exclude<BatchResult, { readonly error: string }>): string;
};

function overTime({ numbers, interval }: Plan, query: Query): Table {
  return {
    ...{ name: fileTexts.by(interval), query },
    csv(answer) {
      const columns = numbers.map((name) => seriesOf(answer, query.metrics, name));
      const labels = columns[0]?.labels ?? [];
      const lines = labels.map((label, i) => [label, ...columns.map(({ values }) => values[i])]);
      return csvOf([['time', ...numbers], ...lines]);
    },
  };
}

function tabTables({ view, moment, plan, hasCities }: Given): Table[] {
  const drawn = panelsOf(view.site).filter(({ name }) => name in plan.queries);
  return drawn
    .flatMap((panel) => panel.tabs)
    .filter(({ dimension }) => hasCities || !ofCities.includes(dimension))
    .map((tab) => {
      const columns = listColumns(view, tab);
      const query = rowsQuery(view, moment, tab, {
        ...{ columns: withDenominator(columns), order: columns[0]!, isFalling: true },
        ...{ search: '', offset: 0, limit: mostTableRows },
      });
      return { name: tab.plural, query, csv: ({ results }) => tableCsv(tab, columns, results) };
    });
}
