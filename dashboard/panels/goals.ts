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
        'Say what you want visitors to do (an event, a page), and here stands how many did: ' +
        'daybook goal add.',
    }),
  ],
};
