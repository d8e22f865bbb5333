import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

export const places: Panel = {
  name: 'countries',
  title: panelTexts.places,
  tabs: [
    visitTab('country'),
    visitTab('map', { dimension: 'country', isMap: true }),
    visitTab('region'),
    visitTab('city'),
    visitTab('language'),
  ],
};
