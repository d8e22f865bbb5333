import type { Panel } from './panel.ts';
import { hitTab } from './tabs.ts';

export const goals: Panel = {
  name: 'goals',
  title: 'Goals',
  tabs: [
    hitTab({
      dimension: 'goal',
      label: 'Conversions',
      plural: 'goals',
      metrics: [
        ...(['visitors', 'events', 'conversion_rate'] as const),
        ...(['total_revenue', 'average_revenue'] as const),
      ],
      empty:
        'Say in the settings what you want visitors to do (send an event, view a page), and here ' +
        'stands how many did.',
    }),
  ],
};
