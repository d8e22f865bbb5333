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
  ],
};
