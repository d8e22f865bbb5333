import { type Dimension, isDimension, propIn } from '../model/dimensions.ts';
import { panelTexts, propertyTabTexts } from '../texts/texts.ts';
import type { Panel, Tab } from './panel.ts';
import { hitTab, onlyEvents, onlySet } from './tabs.ts';

const metrics = ['events', 'visitors', 'visits'] as const;

/** Trackers send these by themselves where their owner wants that; the names are Plausible's. */
export const events: Panel = {
  name: 'events',
  title: panelTexts.events,
  tabs: [
    hitTab('event', { metrics, only: [['is_not', 'event:name', ['pageview']]] }),
    hitTab('property', { metrics, opens: 'values' }),
    hitTab('outbound', {
      ...{ dimension: 'prop:url', metrics, only: [onlyEvents('Outbound Link: Click')] },
    }),
    hitTab('downloads', { dimension: 'prop:url', metrics, only: [onlyEvents('File Download')] }),
    hitTab('forms', { dimension: 'page', metrics, only: [onlyEvents('Form: Submission')] }),
  ],
  opened: (key) => (isDimension(key) && propIn(key) !== undefined ? valuesOf(key) : undefined),
};

/** The values of a property. */
const valuesOf = (dimension: Dimension): Tab => ({
  ...{ key: dimension, dimension, ...propertyTabTexts(propIn(dimension)!) },
  ...{ metrics, only: [onlySet(dimension)], from: 'property' },
});
