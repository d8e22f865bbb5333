import { type Dimension, showValue } from '../model/dimensions.ts';
import { showCount, showPercent } from '../model/numbers.ts';

type Props = {
  readonly dimension: Dimension;
  readonly value: string;
  readonly count: number;
  /** Per cent. */
  readonly share: number;
  /** The greatest count, whose bar is as wide as the row. */
  readonly most: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
};

/** A row with a bar behind it that shows its share. The whole row is a button that filters. */
export function BarRow({ dimension, value, count, share, most, chosen, onChoose }: Props) {
  const name = showValue(dimension, value);
  const width = most > 0 ? (100 * count) / most : 0;
  return (
    <li>
      <button
        type="button"
        class="bar"
        style={{ '--share': `${width}%` }}
        aria-pressed={chosen}
        title={name}
        onClick={onChoose}
      >
        <span class="bar-name">{name}</span>
        <span class="bar-count">{showCount(count)}</span>
        <span class="bar-share">{showPercent(share)}</span>
      </button>
    </li>
  );
}
