import type { Panel } from './panel.ts';

export const pages: Panel = {
  name: 'pages',
  title: 'Pages',
  tabs: [
    {
      dimension: 'page',
      label: 'Pages',
      plural: 'pages',
      metrics: ['visitors', 'percentage'],
      more: ['pageviews', 'bounce_rate'],
      empty: 'The pages that were viewed will be here.',
    },
    {
      dimension: 'entry',
      label: 'Entry',
      plural: 'entry pages',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The first page of each visit will be here.',
    },
    {
      dimension: 'exit',
      label: 'Exit',
      plural: 'exit pages',
      metrics: ['visitors', 'percentage'],
      more: ['visits'],
      empty: 'The last page of each visit will be here.',
    },
  ],
};
