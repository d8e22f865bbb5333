import type { Panel } from './panel.ts';

export const countries: Panel = {
  name: 'countries',
  title: 'Countries',
  tabs: [
    {
      dimension: 'country',
      label: 'Countries',
      plural: 'countries',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The countries visitors came from will be here. Their addresses are not kept.',
    },
    {
      dimension: 'region',
      label: 'Regions',
      plural: 'regions',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The regions of those countries will be here.',
    },
    {
      dimension: 'city',
      label: 'Cities',
      plural: 'cities',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The cities visitors came from will be here.',
    },
  ],
};
