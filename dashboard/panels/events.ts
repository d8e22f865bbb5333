import type { Panel } from './panel.ts';
import { hitTab, onlyEvents } from './tabs.ts';

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
};
