import { sparkPath } from '../model/spark.ts';

/** A line without axes, for its shape only: the numbers beside it say the rest. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  return (
    <svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d={sparkPath(values, 100, 20)} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
