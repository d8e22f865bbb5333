import type { MetricName } from '../api/types.ts';
import type { Dimension } from '../model/dimensions.ts';

/** A panel: a title and tabs, each a report by one dimension. */
export type Panel = {
  /** Its name in the address. */
  readonly name: string;
  readonly title: string;
  readonly tabs: readonly Tab[];
};

export type Tab = {
  /** What rows are grouped by, and what a click on one filters by. */
  readonly dimension: Dimension;
  readonly label: string;
  /** As in `All sources`. */
  readonly plural: string;
  /** The two columns of the panel; the first sorts. */
  readonly metrics: readonly [MetricName, MetricName];
  /** Further columns of the whole list. */
  readonly more: readonly MetricName[];
  /** Whether rows without a value are left out. */
  readonly onlySet?: boolean;
  /** What will be here, and how to get it. */
  readonly empty: string;
};
