import type { MetricName, Value } from '../api/types.ts';
import { type Dimension, showValue } from '../model/dimensions.ts';
import { amountOf, showInFull, showMetric } from '../model/metrics.ts';
import { Picture } from '../pictures/picture.tsx';

type Props = {
  readonly dimension: Dimension;
  readonly value: string;
  readonly metric: MetricName;
  readonly count: Value | undefined;
  /** A second column, such as the share of all. */
  readonly beside?: { readonly metric: MetricName; readonly value: Value | undefined } | undefined;
  /** The greatest count, whose bar is as wide as the row. */
  readonly most: number;
  readonly chosen: boolean;
  /** `isNot`: the value is to be left out. */
  readonly onChoose: (isNot: boolean) => void;
};

/**
 * A row with a bar behind it that shows its share. The whole row is a button that filters; with Alt
 * or Shift held, what it names is left out.
 */
export function BarRow(props: Props) {
  const { dimension, value, metric, count, beside, most, chosen, onChoose } = props;
  const name = showValue(dimension, value);
  const width = most > 0 ? (100 * Math.max(0, amountOf(count) ?? 0)) / most : 0;
  return (
    <li>
      <button
        type="button"
        class="bar"
        style={{ '--share': `${width}%` }}
        aria-pressed={chosen}
        title={name}
        onClick={(event) => onChoose(event.altKey || event.shiftKey)}
      >
        <span class="bar-name">
          <Picture dimension={dimension} value={value} />
          {name}
        </span>
        <span class="bar-count" title={showInFull(metric, count)}>
          {showMetric(metric, count)}
        </span>
        {beside !== undefined && (
          <span class="bar-share">{showMetric(beside.metric, beside.value)}</span>
        )}
      </button>
    </li>
  );
}
