import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { onlySet, visitTab } from './tabs.ts';

const tag = (dimension: 'campaign' | 'utm_source' | 'medium' | 'utm_content' | 'utm_term') =>
  visitTab(dimension, { only: [onlySet(dimension)] });

export const sources: Panel = {
  name: 'sources',
  title: panelTexts.sources,
  tabs: [
    visitTab('source'),
    visitTab('channel'),
    visitTab('referrer'),
    tag('campaign'),
    tag('utm_source'),
    tag('medium'),
    tag('utm_content'),
    tag('utm_term'),
  ],
};
