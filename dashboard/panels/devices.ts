import type { Panel } from './panel.ts';

export const devices: Panel = {
  name: 'devices',
  title: 'Devices',
  tabs: [
    {
      dimension: 'browser',
      label: 'Browsers',
      plural: 'browsers',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The browsers pages were read with will be here.',
    },
    {
      dimension: 'system',
      label: 'Systems',
      plural: 'systems',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'The systems those browsers ran on will be here.',
    },
    {
      dimension: 'device',
      label: 'Devices',
      plural: 'devices',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'Phones, tablets, laptops and desktops will be here.',
    },
  ],
};
