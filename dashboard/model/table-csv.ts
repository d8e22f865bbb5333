import type { MetricName, Row } from '../api/types.ts';
import type { Tab } from '../panels/panel.ts';
import { csvOf } from './csv.ts';
import { dimensionOf } from './dimensions.ts';
import { amountOf, valueIn, withDenominator } from './metrics.ts';

/** The rows of a tab with plain numbers; `rows` were asked for with these columns. */
export function tableCsv(tab: Tab, columns: readonly MetricName[], rows: readonly Row[]): string {
  const asked = withDenominator(columns);
  const lines = rows.map(({ dimensions: [value = ''], metrics }) => [
    value,
    ...columns.map((name) => amountOf(valueIn(metrics, asked, name))),
  ]);
  return csvOf([[dimensionOf(tab.dimension).label, ...columns], ...lines]);
}
