import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { hitTab, onlyEvents, onlySet, visitTab } from './tabs.ts';

export const pages: Panel = {
  name: 'pages',
  title: panelTexts.pages,
  tabs: [
    hitTab('page', {
      metrics: [
        ...(['visitors', 'visits', 'pageviews', 'bounce_rate'] as const),
        ...(['time_on_page', 'scroll_depth'] as const),
      ],
    }),
    visitTab('entry'),
    visitTab('exit'),
    hitTab('title', { metrics: ['visitors', 'visits', 'pageviews'], only: [onlySet('title')] }),
    hitTab('hostname', { metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate'] }),
    hitTab('page_group', { metrics: ['visitors', 'visits', 'pageviews'] }),
    hitTab('not-found', {
      ...{ dimension: 'page', metrics: ['visitors', 'events'], only: [onlyEvents('404')] },
    }),
  ],
};
