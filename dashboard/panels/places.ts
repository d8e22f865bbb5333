import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

export const places: Panel = {
  name: 'countries',
  title: 'Countries',
  tabs: [
    visitTab({
      dimension: 'country',
      label: 'Countries',
      plural: 'countries',
      empty: 'The countries visitors came from will be here. Their addresses are not kept.',
    }),
    visitTab({
      key: 'map',
      dimension: 'country',
      label: 'Map',
      plural: 'countries',
      isMap: true,
      empty: 'A map of the countries visitors came from will be here.',
    }),
    visitTab({
      dimension: 'region',
      label: 'Regions',
      plural: 'regions',
      empty: 'The regions of those countries will be here.',
    }),
    visitTab({
      dimension: 'city',
      label: 'Cities',
      plural: 'cities',
      empty: 'The cities visitors came from will be here.',
    }),
    visitTab({
      dimension: 'language',
      label: 'Languages',
      plural: 'languages',
      empty: 'The languages that browsers ask for will be here.',
    }),
  ],
};
