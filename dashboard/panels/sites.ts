import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

/** Only of all sites together. */
export const sites: Panel = {
  name: 'sites',
  title: panelTexts.sites,
  tabs: [visitTab('site', { opens: 'site' })],
};
