import type { MetricName } from '../api/types.ts';
import type { Dimension } from '../model/dimensions.ts';

/** A panel: a title and tabs. Each tab is a report by one dimension. */
export type Panel = {
  /** The panel's name in the address. */
  readonly name: string;
  readonly title: string;
  readonly tabs: readonly Tab[];
};

export type Tab = {
  /** Rows are grouped by this, and a click on a row filters by it. */
  readonly dimension: Dimension;
  readonly label: string;
  /** As in `All sources`. */
  readonly plural: string;
  /** The two columns of the panel; rows are sorted by the first. */
  readonly metrics: readonly [MetricName, MetricName];
  /** Further columns of the whole list. */
  readonly more: readonly MetricName[];
  /** Whether rows without a value are left out. */
  readonly onlySet?: boolean;
  /** Shown while there are no rows: what will be here, and how to get it. */
  readonly empty: string;
};
