import type { Panel } from './panel.ts';
import { hitTab, onlyEvents, onlySet, visitTab } from './tabs.ts';

export const pages: Panel = {
  name: 'pages',
  title: 'Pages',
  tabs: [
    hitTab({
      dimension: 'page',
      label: 'Pages',
      plural: 'pages',
      metrics: [
        ...(['visitors', 'visits', 'pageviews', 'bounce_rate'] as const),
        ...(['time_on_page', 'scroll_depth'] as const),
      ],
      empty: 'The pages that were viewed will be here.',
    }),
    visitTab({
      dimension: 'entry',
      label: 'Entry',
      plural: 'entry pages',
      empty: 'The first page of each visit will be here.',
    }),
    visitTab({
      dimension: 'exit',
      label: 'Exit',
      plural: 'exit pages',
      empty: 'The last page of each visit will be here.',
    }),
    hitTab({
      dimension: 'title',
      label: 'Titles',
      plural: 'titles',
      metrics: ['visitors', 'visits', 'pageviews'],
      only: [onlySet('title')],
      empty: 'The titles of the pages that were viewed will be here.',
    }),
    hitTab({
      dimension: 'hostname',
      label: 'Hosts',
      plural: 'host names',
      metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate'],
      empty: 'The host names that pages were viewed on will be here.',
    }),
    hitTab({
      dimension: 'page_group',
      label: 'Groups',
      plural: 'groups of pages',
      metrics: ['visitors', 'visits', 'pageviews'],
      empty: 'Pages that you put together in the settings will be here: /blog/** as one row.',
    }),
    hitTab({
      key: 'not-found',
      dimension: 'page',
      label: 'Not found',
      plural: 'pages that were not found',
      metrics: ['visitors', 'events'],
      only: [onlyEvents('404')],
      empty: 'Pages that were asked for and do not exist will be here, by events named 404.',
    }),
  ],
};
