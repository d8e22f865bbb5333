import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { hitTab } from './tabs.ts';

export const goals: Panel = {
  name: 'goals',
  title: panelTexts.goals,
  tabs: [
    hitTab('goal', {
      metrics: [
        ...(['visitors', 'events', 'conversion_rate'] as const),
        ...(['total_revenue', 'average_revenue'] as const),
      ],
    }),
  ],
};
