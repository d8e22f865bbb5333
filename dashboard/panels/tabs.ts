import type { QueryFilter } from '../api/types.ts';
import { type Dimension, dimensionOf, notSet } from '../model/dimensions.ts';
import type { ShownMetric } from '../model/metrics.ts';
import type { Tab } from './panel.ts';

type Metrics = readonly [ShownMetric, ...ShownMetric[]];

const ofVisits: Metrics = [
  ...(['visitors', 'visits', 'pageviews', 'views_per_visit'] as const),
  ...(['bounce_rate', 'visit_duration', 'engaged_time'] as const),
];

const ofHits: Metrics = ['visitors', 'visits', 'events'];

type Named = Pick<Tab, 'dimension' | 'label' | 'plural' | 'empty'> & Partial<Tab>;

/** A tab by what a visit has: every metric can be shown. */
export const visitTab = (tab: Named): Tab => ({
  key: tab.dimension,
  metrics: ofVisits,
  ...tab,
});

/** A tab by what single hits have: they have no bounce and no duration. */
export const hitTab = (tab: Named): Tab => ({ key: tab.dimension, metrics: ofHits, ...tab });

/** Rows without a value are left out. */
export const onlySet = (dimension: Dimension): QueryFilter => [
  'is_not',
  dimensionOf(dimension).name,
  [notSet],
];

/** Only events of that name. */
export const onlyEvents = (...names: string[]): QueryFilter => ['is', 'event:name', names];
