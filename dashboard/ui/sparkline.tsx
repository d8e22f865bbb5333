import type { Drawing } from '../model/series.ts';
import { sparkPaths } from '../model/spark.ts';

/** A line without axes that shows only the shape; the number is beside it. */
export function Sparkline({ drawing }: { drawing: Pick<Drawing, 'now' | 'partial'> | undefined }) {
  const { over, running } = sparkPaths(drawing?.now ?? [], drawing?.partial, 100, 20);
  return (
    <svg
      class="spark"
      viewBox="0 0 100 20"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={over} vector-effect="non-scaling-stroke" />
      <path class="running" d={running} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
