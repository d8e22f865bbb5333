import type { Panel } from './panel.ts';

export const sources: Panel = {
  name: 'sources',
  title: 'Sources',
  tabs: [
    {
      dimension: 'source',
      label: 'Sources',
      plural: 'sources',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'Where visitors came from: search engines, other sites, or straight here.',
    },
    {
      dimension: 'channel',
      label: 'Channels',
      plural: 'channels',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'Sources by kind: search, social, AI assistants, email, and so on.',
    },
    {
      dimension: 'campaign',
      label: 'Campaigns',
      plural: 'campaigns',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      onlySet: true,
      empty: 'Add ?utm_campaign=name to the links you share, and they are told apart here.',
    },
  ],
};
