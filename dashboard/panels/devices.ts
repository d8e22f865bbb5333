import { panelTexts } from '../texts/texts.ts';
import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

export const devices: Panel = {
  name: 'devices',
  title: panelTexts.devices,
  tabs: [
    visitTab('browser'),
    visitTab('system'),
    visitTab('device'),
    visitTab('screen'),
    visitTab('browser_version'),
    visitTab('os_version'),
  ],
};
