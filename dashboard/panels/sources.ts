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
      empty:
        'Where visitors came from will be here: search engines, other sites, or straight to you.',
    },
    {
      dimension: 'channel',
      label: 'Channels',
      plural: 'channels',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      empty: 'Sources by kind will be here: search, social, AI assistants, email, and so on.',
    },
    {
      dimension: 'campaign',
      label: 'Campaigns',
      plural: 'campaigns',
      metrics: ['visitors', 'percentage'],
      more: ['visits', 'bounce_rate', 'visit_duration'],
      onlySet: true,
      empty:
        'Add ?utm_campaign=name to links you share, and their visitors will be told apart here.',
    },
  ],
};
