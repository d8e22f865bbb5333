import { type Dimension, isDimension, propIn } from '../model/dimensions.ts';
import type { Panel, Tab } from './panel.ts';
import { hitTab, onlyEvents, onlySet } from './tabs.ts';

const metrics = ['events', 'visitors', 'visits'] as const;

/** Trackers send these by themselves where their owner wants that; the names are Plausible's. */
export const events: Panel = {
  name: 'events',
  title: 'Events',
  tabs: [
    hitTab({
      dimension: 'event',
      label: 'Events',
      plural: 'events',
      metrics,
      only: [['is_not', 'event:name', ['pageview']]],
      empty: "What your pages send by daybook('Signup') will be here.",
    }),
    hitTab({
      dimension: 'property',
      label: 'Properties',
      plural: 'properties',
      metrics,
      opens: 'values',
      empty:
        "Properties that come with events or pages, as in daybook('Signup', " +
        "{ props: { plan: 'pro' } }), will be here.",
    }),
    hitTab({
      key: 'outbound',
      dimension: 'prop:url',
      label: 'Outbound links',
      plural: 'outbound links',
      metrics,
      only: [onlyEvents('Outbound Link: Click')],
      empty: 'Clicks on links to other sites will be here, by events named Outbound Link: Click.',
    }),
    hitTab({
      key: 'downloads',
      dimension: 'prop:url',
      label: 'Downloads',
      plural: 'downloads',
      metrics,
      only: [onlyEvents('File Download')],
      empty: 'Files that were downloaded will be here, by events named File Download.',
    }),
    hitTab({
      key: 'forms',
      dimension: 'page',
      label: 'Forms',
      plural: 'pages with forms that were sent',
      metrics,
      only: [onlyEvents('Form: Submission')],
      empty: 'Pages whose forms were sent will be here, by events named Form: Submission.',
    }),
  ],
  opened: (key) => (isDimension(key) && propIn(key) !== undefined ? valuesOf(key) : undefined),
};

/** The values of a property. */
const valuesOf = (dimension: Dimension): Tab =>
  hitTab({
    dimension,
    label: propIn(dimension)!,
    plural: `values of ${propIn(dimension)}`,
    metrics,
    only: [onlySet(dimension)],
    from: 'property',
    empty: 'No hit has this property.',
  });
