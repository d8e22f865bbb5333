import { type Dimension, showValue } from '../model/dimensions.ts';
import { Picture } from '../pictures/picture.tsx';

/** A value of a dimension in a table, with its small picture; cut where it is long. */
export function ValueCell({ dimension, value }: { dimension: Dimension; value: string }) {
  const shown = showValue(dimension, value);
  return (
    <td>
      <span class="cut" title={shown}>
        <Picture dimension={dimension} value={value} />
        {shown}
      </span>
    </td>
  );
}
