import type { MetricName, Row } from '../api/types.ts';
import type { Tab } from '../panels/panel.ts';
import { csvOf } from './csv.ts';
import { dimensionOf } from './dimensions.ts';
import { amountOf, valueIn, withDenominator } from './metrics.ts';

/**
 * The rows of a tab with plain numbers; `rows` were asked for with these columns. Behind `compared`
 * stand its values of the period before.
 */
export function tableCsv(
  tab: Tab,
  columns: readonly MetricName[],
  rows: readonly Row[],
  compared?: MetricName,
): string {
  const asked = withDenominator(columns);
  const heads = columns.flatMap((name) => (name === compared ? [name, `${name}_before`] : [name]));
  const lines = rows.map(({ dimensions: [value = ''], metrics, comparison }) => [
    value,
    ...columns.flatMap((name) => {
      const now = amountOf(valueIn(metrics, asked, name));
      return name === compared ? [now, amountOf(valueIn(comparison?.metrics, asked, name))] : [now];
    }),
  ]);
  return csvOf([[dimensionOf(tab.dimension).label, ...heads], ...lines]);
}
