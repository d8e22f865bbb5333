import type { Panel } from './panel.ts';
import { visitTab } from './tabs.ts';

/** Only of all sites together. */
export const sites: Panel = {
  name: 'sites',
  title: 'Sites',
  tabs: [
    visitTab({
      dimension: 'site',
      label: 'Sites',
      plural: 'sites',
      opens: 'site',
      empty: 'No site was visited in this time.',
    }),
  ],
};
