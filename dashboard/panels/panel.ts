import type { MetricName, QueryFilter } from '../api/types.ts';
import type { Dimension } from '../model/dimensions.ts';
import type { ShownMetric } from '../model/metrics.ts';

/** A panel: a title and tabs. Each tab is a report by one dimension. */
export type Panel = {
  /** The panel's name in the address. */
  readonly name: string;
  readonly title: string;
  readonly tabs: readonly Tab[];
  /** A tab that is opened from a row of another, by its name in the address. */
  readonly opened?: (key: string) => Tab | undefined;
};

export type Tab = {
  /** Its name in the address; no two tabs of any panel have one name. */
  readonly key: string;
  /** Rows are grouped by this, and a click on a row filters by it. */
  readonly dimension: Dimension;
  readonly label: string;
  /** As in `All sources`. */
  readonly plural: string;
  /** What the column shows first, and then what else it can show. */
  readonly metrics: readonly [ShownMetric, ...ShownMetric[]];
  /** Which rows there are, besides the filters of the view. */
  readonly only?: readonly QueryFilter[];
  /** A click on a row opens the site that it names, or the values of that property, instead. */
  readonly opens?: 'site' | 'values';
  /** Where it was opened from such a row: the tab that has the row. */
  readonly from?: string;
  /** The rows are shown on a map of the world: they are of countries. */
  readonly isMap?: true;
  /** Shown while there are no rows: what will be here, and how to get it. */
  readonly empty: string;
};

/** Beside visitors stands their share. */
export const withShare = (metric: MetricName, dimension: Dimension): boolean =>
  metric === 'visitors' && dimension !== 'goal';
