import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

export const devices: Panel = {
  name: 'devices',
  title: 'Devices',
  tabs: [
    visitTab({
      dimension: 'browser',
      label: 'Browsers',
      plural: 'browsers',
      empty: 'The browsers pages were read with will be here.',
    }),
    visitTab({
      dimension: 'system',
      label: 'Systems',
      plural: 'systems',
      empty: 'The systems those browsers ran on will be here.',
    }),
    visitTab({
      dimension: 'device',
      label: 'Devices',
      plural: 'devices',
      empty: 'Phones, tablets, laptops and desktops will be here.',
    }),
    visitTab({
      dimension: 'screen',
      label: 'Screens',
      plural: 'screens',
      empty: 'Screens by their width will be here.',
    }),
    visitTab({
      dimension: 'browser_version',
      label: 'Browser versions',
      plural: 'browser versions',
      empty: 'The versions of those browsers will be here: filter by one of them first.',
    }),
    visitTab({
      dimension: 'os_version',
      label: 'System versions',
      plural: 'system versions',
      empty: 'The versions of those systems will be here: filter by one of them first.',
    }),
  ],
};
