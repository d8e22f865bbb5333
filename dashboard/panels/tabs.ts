import type { QueryFilter } from '../api/types.ts';
import { type Dimension, dimensionOf, notSet } from '../model/dimensions.ts';
import type { ShownMetric } from '../model/metrics.ts';
import { tabTexts } from '../texts/texts.ts';
import type { Tab } from './panel.ts';

type Metrics = readonly [ShownMetric, ...ShownMetric[]];

const ofVisits: Metrics = [
  ...(['visitors', 'visits', 'pageviews', 'views_per_visit'] as const),
  ...(['bounce_rate', 'visit_duration', 'engaged_time'] as const),
];

const ofHits: Metrics = ['visitors', 'visits', 'events'];

type Key = keyof typeof tabTexts;

/** A tab with the texts of its key, which is its dimension, too, where it has no other. */
const tabOf = (key: Key, metrics: Metrics, more: Partial<Tab>): Tab => ({
  ...{ key, dimension: key as Dimension, metrics, ...tabTexts[key] },
  ...more,
});

/** A tab by what a visit has: every metric can be shown. */
export const visitTab = (key: Key, more: Partial<Tab> = {}): Tab => tabOf(key, ofVisits, more);

/** A tab by what single hits have: they have no bounce and no duration. */
export const hitTab = (key: Key, more: Partial<Tab> = {}): Tab => tabOf(key, ofHits, more);

/** Rows without a value are left out. */
export const onlySet = (dimension: Dimension): QueryFilter => [
  'is_not',
  dimensionOf(dimension).name,
  [notSet],
];

/** Only events of that name. */
export const onlyEvents = (...names: string[]): QueryFilter => ['is', 'event:name', names];
